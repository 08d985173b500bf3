import type { BatchShape, Workload } from '../cases.ts';
import { type Command, readMeasuring } from '../command.ts';
import { Contender } from '../contender.ts';
import { describeMachine } from '../machine.ts';
import { renderTable } from '../render-table.ts';
import { median } from '../statistics.ts';

const help = `npm run bench -- cost [--json] [--repeats <n>] [--threads <n>]

How the cost of a step grows with the number of domains k, the batch and the size of the images: ResNet-18, measured against what the method says,
1 + k forwards and 2k backwards of the whole batch for GAC, in units of passes measured at the same batch.
With ascentGradients: head/** no backward goes through the backbone at the ascending points: (1 + k) forwards and the backwards at θ, k of them (joint) or
one (separate). An auxiliary loss takes one more backward at θ, with any of them.
  --json         one JSON object for machines instead of the table
  --repeats <n>  steps of each row, after a first one (default 3)
  --threads <n>  threads (default: the number of processors)`;

interface Row {
  readonly domains: number;
  readonly images: number;
  readonly size: number;
  /** Median milliseconds of a forward in training mode, of an ERM step (forward, backward, update), and of GAC's steps. */
  readonly forward: number;
  readonly erm: number;
  readonly joint: number;
  readonly separate: number;
  /** The same with `ascentGradients: head/**`. */
  readonly jointHead: number;
  readonly separateHead: number;
  /** (1 + k) forwards + 2k backwards, and (1 + k) forwards and backwards, from `forward` and `erm`. */
  readonly jointByModel: number;
  readonly separateByModel: number;
  /** (1 + k) forwards and k backwards, or one. */
  readonly jointHeadByModel: number;
  readonly separateHeadByModel: number;
}

/** k with the same batch of 24 images, then the batch, then the size. */
const shapes: readonly BatchShape[] = [
  ...[1, 2, 3, 4, 6].map((domains): BatchShape => ({ size: 64, domains, perDomain: 12 / domains, views: 2 })),
  // 12 is not divisible by five: two samples each.
  { size: 64, domains: 5, perDomain: 2, views: 2 },
  ...[2, 8].map((perDomain): BatchShape => ({ size: 64, domains: 3, perDomain, views: 2 })),
  ...[96, 128].map((size): BatchShape => ({ size, domains: 3, perDomain: 4, views: 2 })),
];

export const command: Command = {
  async run(args) {
    const measuring = readMeasuring(args, help, { repeats: 3 });
    if (!measuring) return;
    const { json, repeats, threads } = measuring;
    console.error(`${describeMachine()}, ${threads} threads`);
    const rows: Row[] = [];
    for (const shape of shapes) rows.push(await measure(shape, threads, repeats));
    console.log(json ? JSON.stringify({ machine: describeMachine(), threads, rows }, null, 2) : render(rows));
  },
};

async function measure(shape: BatchShape, threads: number, repeats: number): Promise<Row> {
  const { domains, perDomain, views, size } = shape;
  console.error(`k = ${domains}, ${domains * perDomain * views} images of ${size} x ${size}`);
  const time = async (workload: Workload): Promise<number> => {
    using contender = await Contender.ours(workload, shape, threads);
    await contender.take(1);
    return median((await contender.take(repeats)).milliseconds);
  };
  const [forward, erm] = [await time('forward'), await time('erm')];
  const [joint, separate] = [await time('gac-joint'), await time('gac-separate')];
  const [jointHead, separateHead] = [await time('gac-joint-head'), await time('gac-separate-head')];
  const backward = erm - forward;
  const k = domains;
  return {
    domains,
    images: domains * perDomain * views,
    size,
    forward,
    erm,
    joint,
    separate,
    jointHead,
    separateHead,
    jointByModel: (1 + k) * forward + 2 * k * backward,
    separateByModel: (1 + k) * (forward + backward),
    jointHeadByModel: (1 + k) * forward + k * backward,
    separateHeadByModel: (1 + k) * forward + backward,
  };
}

function render(rows: readonly Row[]): string {
  const ms = (value: number) => value.toFixed(0);
  const over = (value: number, model: number) => (value / model).toFixed(2);
  return renderTable(
    [
      'k',
      'images',
      'size',
      'forward ms',
      'ERM ms',
      'joint ms',
      'of model',
      'separate ms',
      'of model',
      'joint head ms',
      'of model',
      'separate head ms',
      'of model',
    ],
    rows.map((row) => [
      String(row.domains),
      String(row.images),
      String(row.size),
      ms(row.forward),
      ms(row.erm),
      ms(row.joint),
      over(row.joint, row.jointByModel),
      ms(row.separate),
      over(row.separate, row.separateByModel),
      ms(row.jointHead),
      over(row.jointHead, row.jointHeadByModel),
      ms(row.separateHead),
      over(row.separateHead, row.separateHeadByModel),
    ]),
  );
}
