import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { type Attribute, tensorflowOp } from '../../packages/engine/src/ops/tensorflow-op.ts';
import { type Command, readMeasuring } from '../command.ts';
import { describeMachine } from '../machine.ts';
import { renderTable } from '../render-table.ts';
import { median } from '../statistics.ts';

const help = `npm run bench -- layers [--json] [--repeats <n>] [--threads <n>]

Each kind of convolution of ResNet-18, in turns by oneDNN's kernels and by ours (minimal filtering at stride 1, a matrix product at stride 2):
forward, gradient of the input, gradient of the filter. See packages/engine/src/ops for what the engine chooses, and why.
  --json         one JSON object for machines instead of the table
  --repeats <n>  calls of each, of which the median counts (default 15)
  --threads <n>  threads (default: the number of processors)`;

interface Layer {
  readonly maps: number;
  readonly side: number;
  readonly from: number;
  readonly to: number;
  readonly window: number;
  readonly stride: 1 | 2;
}

/** Milliseconds of forward, gradient of the input, gradient of the filter. */
type Times = readonly [number, number, number];

const layers: readonly Layer[] = [
  ...[24, 12].flatMap((maps): Layer[] => {
    const first = maps === 24 ? 32 : 64;
    const body = [0, 1, 2, 3].map((stage): Layer => ({ maps, side: first >> stage, from: 64 << stage, to: 64 << stage, window: 3, stride: 1 }));
    const strided = [0, 1, 2].flatMap((stage): Layer[] =>
      [3, 1].map((window) => ({ maps, side: first >> stage, from: 64 << stage, to: 128 << stage, window, stride: 2 })),
    );
    return [...body, ...strided];
  }),
  { maps: 24, side: 32, from: 16, to: 16, window: 3, stride: 1 },
  { maps: 1, side: 32, from: 64, to: 64, window: 3, stride: 1 },
  { maps: 1, side: 4, from: 512, to: 512, window: 3, stride: 1 },
];

export const command: Command = {
  async run(args) {
    const measuring = readMeasuring(args, help, { repeats: 15 });
    if (!measuring) return;
    const { json, repeats, threads } = measuring;
    const engine = await loadEngine({ threads, engine: 'tensorflow' });
    console.error(`${describeMachine()}, ${threads} threads, ${engine.name} ${engine.version}`);
    const rows = layers.map((layer) => ({ layer, ...measure(layer, repeats) }));
    console.log(json ? JSON.stringify({ machine: describeMachine(), threads, rows }, null, 2) : render(rows));
  },
};

function measure({ maps, side, from, to, window, stride }: Layer, repeats: number): { oneDNN: Times; ours: Times } {
  const pad = (window - 1) / 2;
  const result = Math.floor((side + 2 * pad - window) / stride) + 1;
  const x = tf.randomNormal<tf.Rank.R4>([maps, side, side, from], 0, 1, 'float32', 1);
  const w = tf.randomNormal<tf.Rank.R4>([window, window, from, to], 0, 1, 'float32', 2);
  const dy = tf.randomNormal<tf.Rank.R4>([maps, result, result, to], 0, 1, 'float32', 3);
  const shapes = [x, w].map(({ shape }) => tf.tensor1d(shape, 'int32'));
  const [xShape, wShape] = shapes as [tf.Tensor1D, tf.Tensor1D];
  // At stride 2 TensorFlow's 'SAME' pads only the far sides: different numbers, the same work.
  const theirs: Record<string, Attribute> = {
    T: ['type', 'float32'],
    strides: ['int', [1, stride, stride, 1]],
    padding: ['string', 'SAME'],
    data_format: ['string', 'NHWC'],
    use_cudnn_on_gpu: ['bool', true],
    dilations: ['int', [1, 1, 1, 1]],
  };
  const call = (name: string, attributes: Record<string, Attribute>, inputs: tf.Tensor[]) => () => tensorflowOp(name, attributes, inputs, 1);
  const size = { stride: ['int', stride], pad: ['int', pad] } as const;
  const winograd = (turned: boolean, inputs: tf.Tensor[]) =>
    call('GradalignWinograd', { pad: ['int', turned ? 2 - pad : pad], turned: ['bool', turned] }, inputs);
  const calls = [
    call('Conv2D', theirs, [x, w]),
    call('Conv2DBackpropInput', theirs, [xShape, w, dy]),
    call('Conv2DBackpropFilter', theirs, [x, wShape, dy]),
    ...(stride === 1
      ? [winograd(false, [x, w]), winograd(true, [dy, w]), call('GradalignWinogradFilterGradient', { pad: ['int', pad] }, [x, dy])]
      : [
          call('GradalignWindows', size, [x, w]),
          call('GradalignWindowsGradientOfX', { ...size, height: ['int', side], width: ['int', side] }, [dy, w]),
          call('GradalignWindowsGradientOfW', { ...size, rows: ['int', window], columns: ['int', window] }, [x, dy]),
        ]),
  ];
  const taken = calls.map((): number[] => []);
  // The first round is a warm-up.
  for (let round = 0; round <= repeats; round++) {
    for (const [i, run] of calls.entries()) {
      const started = performance.now();
      tf.dispose(run());
      if (round > 0) taken[i]?.push(performance.now() - started);
    }
  }
  tf.dispose([x, w, dy, ...shapes]);
  const times = taken.map(median);
  return { oneDNN: times.slice(0, 3) as unknown as Times, ours: times.slice(3) as unknown as Times };
}

function render(rows: readonly { layer: Layer; oneDNN: Times; ours: Times }[]): string {
  const inWords = (times: Times) => times.map((time) => time.toFixed(2));
  return renderTable(
    ['layer', 'oneDNN ms: y', 'dx', 'dw', 'ours ms: y', 'dx', 'dw', 'ratio: y', 'dx', 'dw'],
    rows.map(({ layer: { maps, side, from, to, window, stride }, oneDNN, ours }) => [
      `${maps} x ${side} x ${side}, ${from} > ${to}, ${window} x ${window}${stride === 1 ? '' : ' / 2'}`,
      ...inWords(oneDNN),
      ...inWords(ours),
      ...ours.map((time, i) => ((oneDNN[i] as number) / time).toFixed(2)),
    ]),
  );
}
