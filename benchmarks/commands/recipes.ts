import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parse } from 'yaml';
import type { Workload } from '../cases.ts';
import { type Command, readMeasuring } from '../command.ts';
import { Contender } from '../contender.ts';
import { describeMachine } from '../machine.ts';
import { renderTable } from '../render-table.ts';
import { median } from '../statistics.ts';

const help = `npm run bench -- recipes [--json] [--repeats <n>] [--threads <n>]

What a whole training by each published recipe of @gradalign/fas-gac would take on this machine: an ERM step and a GAC step of the recipe's own batch
(3 domains x 32 samples x 2 views of 256 x 256; about 8 GB of memory) are measured, and multiplied by the recipe's steps on the official clip counts.
Not in it: the contrastive loss, which adds a backward pass to the forward and backward passes of a step (a GAC step has 1 + 3 and 2 x 3), evaluation,
and decoding, which runs beside.
  --json         one JSON object for machines instead of the table
  --repeats <n>  steps of each kind, after a first one (default 1)
  --threads <n>  threads (default: the number of processors)`;

/** Clips of the train splits: MSU-MFSD 30 + 90, CASIA-FASD 60 + 180, Replay-Attack 60 + 300, OULU-NPU 360 + 1440. */
const clips: Readonly<Record<string, number>> = { m: 120, c: 240, i: 360, o: 1800 };
/** Share of the sources that protocols hold out. */
const heldOut = 0.1;

interface Recipe {
  readonly data: {
    readonly protocol: string;
    readonly image: { readonly size: number };
    readonly views: number;
    readonly batch: { readonly perDomain: number };
  };
  readonly optimizer: { readonly warmupEpochs: number };
  readonly train: { readonly epochs: number; readonly stepsPerEpoch?: number };
}

interface Row {
  readonly recipe: string;
  readonly clips: number;
  readonly ermSteps: number;
  readonly gacSteps: number;
  readonly hours: number;
  readonly hoursSeparate: number;
}

export const command: Command = {
  async run(args) {
    const measuring = readMeasuring(args, help, { repeats: 1 });
    if (!measuring) return;
    const { json, repeats, threads } = measuring;
    console.error(`${describeMachine()}, ${threads} threads`);
    const recipes = readRecipes();
    const { image, views, batch } = (recipes[0] as { recipe: Recipe }).recipe.data;
    const time = async (workload: Workload): Promise<{ seconds: number; gigabytes: number }> => {
      console.error(`${workload}: ${3 * batch.perDomain * views} images of ${image.size} x ${image.size}`);
      using contender = await Contender.ours(workload, { size: image.size, domains: 3, perDomain: batch.perDomain, views }, threads);
      await contender.take(1);
      const { milliseconds, peakKilobytes } = await contender.take(repeats);
      return { seconds: median(milliseconds) / 1000, gigabytes: peakKilobytes / 2 ** 20 };
    };
    const [erm, joint, separate] = [await time('erm'), await time('gac-joint'), await time('gac-separate')];
    const rows = recipes.map(({ name, recipe }): Row => {
      const sources = [...(recipe.data.protocol.split('-')[0] as string)];
      const all = Math.round(sources.reduce((sum, source) => sum + (clips[source] as number), 0) * (1 - heldOut));
      const stepsPerEpoch = recipe.train.stepsPerEpoch ?? Math.ceil(all / (3 * recipe.data.batch.perDomain));
      const ermSteps = recipe.optimizer.warmupEpochs * stepsPerEpoch;
      const gacSteps = (recipe.train.epochs - recipe.optimizer.warmupEpochs) * stepsPerEpoch;
      const hours = (gac: number) => (ermSteps * erm.seconds + gacSteps * gac) / 3600;
      return { recipe: name, clips: all, ermSteps, gacSteps, hours: hours(joint.seconds), hoursSeparate: hours(separate.seconds) };
    });
    const steps = { erm, joint, separate };
    console.log(json ? JSON.stringify({ machine: describeMachine(), threads, steps, rows }, null, 2) : render(steps, rows));
  },
};

function readRecipes(): { name: string; recipe: Recipe }[] {
  const folder = new URL('../../packages/fas-gac/recipes/', import.meta.url);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => ({ name: basename(file, '.yaml'), recipe: parse(readFileSync(new URL(file, folder), 'utf8')) as Recipe }));
}

function render(steps: Readonly<Record<string, { seconds: number; gigabytes: number }>>, rows: readonly Row[]): string {
  return [
    Object.entries(steps)
      .map(([name, { seconds, gigabytes }]) => `${name} step ${seconds.toFixed(1)} s, ${gigabytes.toFixed(1)} GiB`)
      .join('; '),
    '',
    renderTable(
      ['recipe', 'clips', 'ERM steps', 'GAC steps', 'hours, joint', 'hours, separate'],
      rows.map(({ recipe, clips: all, ermSteps, gacSteps, hours, hoursSeparate }) => [
        recipe,
        String(all),
        String(ermSteps),
        String(gacSteps),
        hours.toFixed(1),
        hoursSeparate.toFixed(1),
      ]),
    ),
  ].join('\n');
}
