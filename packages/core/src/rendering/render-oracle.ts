import type { Unavailable } from '../contracts/unavailable.ts';
import type { Oracle } from '../evaluation/oracle.ts';
import { renderTable } from './render-table.ts';

/** The figures that were chosen on the target, as a plain-text table of their own, in percent. */
export function renderOracle(oracle: Oracle | Unavailable): string {
  const title = 'Oracle: epochs chosen on the test data itself, as published code prints; nobody can have these figures in use';
  if ('error' in oracle) return `${title}\n  not available: ${oracle.error}`;
  const { best, lastTen } = oracle;
  const names = Object.keys(best.figures);
  const percent = (share: number | undefined) => (share === undefined ? '-' : (share * 100).toFixed(2));
  return `${title}\n${renderTable(
    [
      ['chosen', 'epochs', ...names],
      ['best epoch by AUC - HTER', String(best.epoch), ...names.map((name) => percent(best.figures[name]))],
      [
        `mean ± deviation of the last ${lastTen.n === 1 ? 'evaluation' : `${lastTen.n} evaluations`}`,
        `from ${lastTen.from}`,
        ...names.map((name) => (lastTen.mean[name] === undefined ? '-' : `${percent(lastTen.mean[name])} ± ${percent(lastTen.deviation[name])}`)),
      ],
    ],
    2,
  )}`;
}
