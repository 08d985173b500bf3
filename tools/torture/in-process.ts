// A child process of main.ts: runs the cases of one series in this process, and tells before and after each, so that the parent can end one that hangs.
// Arguments: <series> <work folder> <seed> <first case> <number of cases>.
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { damageCase } from './damage.ts';
import { fuzzCase } from './fuzz.ts';

const [series = '', work = '', seed = '', first = '', count = ''] = process.argv.slice(2);
const run = series === 'damage' ? damageCase : fuzzCase;

/** What a case says of itself. */
export interface CaseEnded {
  readonly kind: string;
  readonly ended: string;
  readonly broken?: string;
}

const box = join(work, `box-${process.pid}`);
mkdirSync(join(box, 'case'), { recursive: true });
process.chdir(join(box, 'case'));
for (let index = Number(first); index < Number(first) + Number(count); index++) {
  process.send?.({ begin: index });
  const before = process.memoryUsage().rss;
  const ended = await run({ work, folder: join(box, 'case'), seed: Number(seed), index });
  const outside = readdirSync(box).filter((name) => name !== 'case');
  const broken = ended.broken ?? (outside.length > 0 ? `wrote outside its folder: ${outside.join(', ')}` : undefined);
  const grown = process.memoryUsage().rss - before;
  const memory = grown > 1.5e9 ? `took ${(grown / 1e9).toFixed(1)} GB` : undefined;
  const told = broken ?? memory;
  process.send?.({ end: index, ...ended, ...(told === undefined ? {} : { ended: 'broken', broken: told }) });
}
process.disconnect?.();
