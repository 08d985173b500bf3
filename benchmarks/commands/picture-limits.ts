import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cannot, openTrainedRun, silentReporter } from '@gradalign/core';
import { exportRun } from '@gradalign/export';
import { loadLiveness } from '@gradalign/liveness';
import { readPicture } from '@gradalign/liveness/node';
import { type Command, readOptions, wholeNumber } from '../command.ts';
import { describeMachine } from '../machine.ts';
import { degradations } from '../picture-limits/degradations.ts';
import { type LabeledPicture, measureLimits } from '../picture-limits/measure-limits.ts';
import { renderTable } from '../render-table.ts';

const help = `npm run bench -- picture-limits --run <folder> --pictures <folder> [--images <n>] [--json]

From which blur, darkness and size on a model's scores are worth nothing, and what the measures of @gradalign/liveness say there: its default limits come from
this. A level does harm where it takes more than a third of what AUC has above 0.5; the limit is the median of the measure at the mildest such level.
  --run <folder>       a finished run of two classes
  --pictures <folder>  folders live/ and attack kinds below it, as in one domain's test/ of the recapture benchmark; it should not be a source of the run
  --images <n>         pictures, half of them live (default 160)
  --json               one JSON object for machines`;

export const command: Command = {
  async run(args) {
    const text = { type: 'string' } as const;
    const values = readOptions(args, { json: { type: 'boolean' }, run: text, pictures: text, images: text }, help);
    if (!values) return;
    const { run: folder, pictures: from } = values;
    if (typeof folder !== 'string' || typeof from !== 'string')
      throw cannot('run the benchmark', typeof folder === 'string' ? 'no pictures are named' : 'no run is named', '--run <folder> --pictures <folder>', {
        exitCode: 2,
      });
    const pictures = await picturesOf(from, wholeNumber('images', values['images'], 160));
    const work = mkdtempSync(join(tmpdir(), 'gradalign-bench-'));
    try {
      const output = join(work, 'model.onnx');
      {
        await using run = await openTrainedRun(folder, { reporter: silentReporter, env: process.env, resolveFrom: [import.meta.url], withoutData: true });
        await exportRun(run, { output, check: false });
      }
      const neutral = { size: 0, cutOff: 1, brightness: 0, sharpness: 0 };
      await using liveness = await loadLiveness(readFileSync(output), { cropped: true, limits: neutral });
      const found = await measureLimits(liveness, pictures);
      const facts = { machine: describeMachine(), run: liveness.metadata.training, pictures: pictures.length, input: liveness.metadata.image.size };
      console.log(values['json'] ? JSON.stringify({ ...facts, ...found }, null, 2) : render(found, facts.input));
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  },
};

/** As many live pictures as attacks, evenly spread over the files below. */
async function picturesOf(folder: string, count: number): Promise<LabeledPicture[]> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(jpe?g|png)$/i.test(file));
  const live = files.filter((file) => /^live[/\\]/.test(file)).sort();
  const attacks = files.filter((file) => !/^live[/\\]/.test(file)).sort();
  if (live.length === 0 || attacks.length === 0)
    throw cannot(
      `take pictures of ${folder}`,
      `it has ${live.length} live pictures and ${attacks.length} others`,
      'some of both: live/ beside folders of attacks',
    );
  const half = Math.min(Math.ceil(count / 2), live.length, attacks.length);
  const spread = (of: readonly string[]) => Array.from({ length: half }, (_, i) => of[Math.floor(((i + 0.5) * of.length) / half)] as string);
  const read = async (file: string, label: number): Promise<LabeledPicture> => {
    const { data, width, height } = await readPicture(join(folder, file));
    return { pixels: { data: new Uint8Array(data), width, height }, label };
  };
  return Promise.all([...spread(live).map((file) => read(file, 1)), ...spread(attacks).map((file) => read(file, 0))]);
}

function render({ rows, limits }: Awaited<ReturnType<typeof measureLimits>>, input: number): string {
  const table = renderTable(
    ['degradation', 'level', 'measure', '5 % to 95 %', 'AUC', 'decisions changed', 'live accepted', 'attacks accepted'],
    rows.map(({ degradation, level, measure: [low, middle, high], auc, flipped, accepted }) => [
      degradation,
      level === undefined ? 'none' : String(level),
      middle.toFixed(1),
      `${low.toFixed(1)} to ${high.toFixed(1)}`,
      auc.toFixed(3),
      ...[flipped, accepted.live, accepted.attacks].map((share) => `${(100 * share).toFixed(0)} %`),
    ]),
  );
  const units = degradations.map(({ name, unit, measure }) => `${name}: ${unit}, seen in ${measure}`).join('; ');
  const found = limits.map(({ measure, limit }) => `${measure} ${limit === undefined ? 'not found' : limit.toFixed(1)}`).join(', ');
  return `${table}\n${units}\nlimits: ${found} (input ${input} x ${input})`;
}
