import type { PartCounts, ProtocolRecord } from '../data/protocol-record.ts';
import { renderTable } from './render-table.ts';

/** A protocol record as a plain-text table, counted in clips. */
export function renderProtocol({ name, sources, targets, splits: chosen, holdOut, seed, training, heldOut, test, checks }: ProtocolRecord): string {
  const parts = Object.entries({ training, 'held out': heldOut, test }).map(([part, domains]) => ({
    part,
    domains: Object.entries(domains).filter(([, { images }]) => images > 0),
  }));
  const all = parts.flatMap(({ domains }) => domains.map(([, counts]) => counts));
  const classes = [...new Set(all.flatMap(({ clips }) => Object.values(clips).flatMap(Object.keys)))];
  const rows = parts.flatMap(({ part, domains }) => [
    ...domains.map(([domain, counts]) => row(part, domain, [counts], classes)),
    ...(domains.length > 1
      ? [
          row(
            part,
            'all',
            domains.map(([, counts]) => counts),
            classes,
          ),
        ]
      : []),
  ]);
  const unknown = all.reduce((sum, { withoutSubject }) => sum + withoutSubject, 0);
  const from = `${sources.join(', ')} (${chosen.source.join(' + ')})`;
  const to = targets.length > 0 ? `${targets.join(', ')} (${chosen.target.join(' + ')})` : 'no target';
  return [
    `${name === undefined ? 'data' : `protocol ${name}`}: ${from} -> ${to}; ${Number((holdOut * 100).toPrecision(6))} % of the source subjects held out, seed ${seed}`,
    renderTable([['clips', 'domain', 'split', ...classes, 'subjects'], ...rows], 3),
    ...(unknown > 0 ? [`  ${unknown} clips of which the subject is not known`] : []),
    ...(checks.heldOutDisjoint ? [] : [`  IN TRAINING AND HELD OUT: ${checks.shared.join(', ')}`]),
    ...(checks.targetsDisjoint ? [] : [`  IN TRAINING AND IN THE TEST: ${checks.sharedFiles.join(', ')}`]),
  ].join('\n');
}

/** The row of one domain, or of several together. */
function row(part: string, domain: string, counts: readonly PartCounts[], classes: readonly string[]): string[] {
  const sum = (of: (one: PartCounts) => number) => String(counts.reduce((total, one) => total + of(one), 0));
  const ofClass = (name: string) => sum(({ clips }) => Object.values(clips).reduce((total, byClass) => total + (byClass[name] ?? 0), 0));
  const inSplits = counts.length === 1 ? Object.keys(counts[0]?.clips ?? {}).join(' + ') : '';
  return [part, domain, inSplits, ...classes.map(ofClass), sum(({ subjects }) => subjects)];
}
