import { parseArgs } from 'node:util';
import { allSeries, seriesNamed } from './series.ts';

/** What a call of the harness asks for. */
export interface TortureOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly from?: number;
  /** Only cases of this reader, of the series fuzz. */
  readonly reader?: string;
  readonly series: readonly string[];
  /** Number of cases by series. */
  readonly cases: Readonly<Record<string, number>>;
  readonly counts?: string;
  /** Nothing is run: these counts are added up. */
  readonly merge?: readonly string[];
  readonly report?: string;
  readonly work?: string;
}

const counts = allSeries.map(({ name, cases }) => `${`  --${name} <n>`.padEnd(22)}cases of the series ${name} (default ${cases})`);

/** What --help prints. */
export const help = `Usage: npm run torture -- [options]

Kills, starves, damages and fuzzes what this tree has, and checks the promises of docs/reliability.md each time. Deterministic by seed.

  --series <names>    comma-separated, in this order: ${allSeries.map(({ name }) => name).join(', ')} (default: all)
  --seed <n>          default 1
  --minutes <n>       stops after that time (default 60)
${counts.join('\n')}
  --from <n>          number of the first case of each series (default 0, or where --counts ended)
  --counts <file>     keeps the counts in this file and goes on after the last case that it holds
  --reader <name>     of the series fuzz only cases of this reader (HDF5, images, ...); --fuzz is their number
  --merge <files>     runs nothing: adds up the counts of these files, comma-separated, and reports
  --work <folder>     keeps what undisturbed commands make, for the next call on the same tree: that takes a minute
  --report <file>     writes the report there: docs/reliability.md

Exit code 0 where every promise was kept, 1 where one was broken, 2 for wrong options.

Examples:
  npm run torture -- --counts torture.json --report docs/reliability.md
  npm run torture -- --seed 1 --series kill --from 57 --kill 1     repeats one case
`;

/** @throws Error for options that are not known or no numbers */
export function readOptions(args: readonly string[]): TortureOptions | 'help' {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ help: { type: 'boolean' }, minutes: text, seed: text, from: text, series: text, reader: text, merge: text, counts: text, report: text, work: text },
      ...Object.fromEntries(allSeries.map(({ name }) => [name, text])),
    },
  }) as { values: Readonly<Record<string, string | boolean | undefined>> };
  if (values['help']) return 'help';
  const number = (name: string, otherwise: number): number => {
    const value = values[name] === undefined ? otherwise : Number(values[name]);
    if (values[name] === '' || !(value >= 0 && value < 2 ** 32)) throw new Error(`Cannot read --${name}: found '${values[name]}', expected a number from 0`);
    return value;
  };
  const series = typeof values['series'] === 'string' ? values['series'].split(',') : allSeries.map(({ name }) => name);
  for (const name of series) seriesNamed(name);
  return {
    ...{ minutes: number('minutes', 60), seed: number('seed', 1), series },
    cases: Object.fromEntries(allSeries.map(({ name, cases }) => [name, number(name, cases)])),
    ...(values['from'] === undefined ? {} : { from: number('from', 0) }),
    ...(typeof values['reader'] === 'string' ? { reader: values['reader'] } : {}),
    ...(typeof values['counts'] === 'string' ? { counts: values['counts'] } : {}),
    ...(typeof values['merge'] === 'string' ? { merge: values['merge'].split(',') } : {}),
    ...(typeof values['work'] === 'string' ? { work: values['work'] } : {}),
    ...(typeof values['report'] === 'string' ? { report: values['report'] } : {}),
  };
}
