// A child process of torture.ts: runs the cases of one series, and tells before and after each, so that the parent can end one that hangs.
// Arguments: <series> <work folder> <seed> <first case> <case to end before> <step>.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { seriesNamed } from './series.ts';

const [name = '', work = '', seed = '', first = '', end = '', step = ''] = process.argv.slice(2);
const { run, clean } = seriesNamed(name);

const box = join(work, `box-${process.pid}`);
const folder = join(box, 'case');
mkdirSync(folder, { recursive: true });
process.chdir(folder);
let kept = false;
for (let index = Number(first); index < Number(end); index += Number(step)) {
  process.send?.({ begin: index });
  if (clean) for (const entry of readdirSync(folder)) rmSync(join(folder, entry), { recursive: true, force: true });
  const ended = await run({ work, folder, seed: Number(seed), index });
  const outside = readdirSync(box).filter((entry) => entry !== 'case');
  const broken = ended.broken ?? (outside.length > 0 ? `case ${index}: wrote outside its folder: ${outside.join(', ')}` : undefined);
  process.send?.({ end: index, ...ended, ...(broken === undefined ? {} : { ended: 'broken', broken }) });
  // The folder shows what was broken: the parent goes on in another.
  kept = broken !== undefined && clean;
  if (kept) break;
}
process.chdir(work);
if (!kept) rmSync(box, { recursive: true, force: true });
process.disconnect?.();
