import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { digits } from './experiments.ts';
import { pythonPackages } from './python-packages.ts';
import { gradalign } from './run-gradalign.ts';

// The reader alone: TensorBoard's server and what it needs are left out.
const reader = await pythonPackages('tensorboard', ['--no-deps', 'tensorboard', 'absl-py', 'numpy', 'packaging', 'protobuf']);

/** What TensorBoard shows of a folder: [step, value] by tag; of images the width and height, of texts the beginning. */
interface Shown {
  readonly scalars: Readonly<Record<string, readonly (readonly [step: number, value: number])[]>>;
  readonly images: Readonly<Record<string, readonly (readonly [step: number, width: number, height: number])[]>>;
  readonly texts: Readonly<Record<string, readonly (readonly [step: number, text: string])[]>>;
}

function read(folder: string): Shown {
  return reader?.run(
    `import json
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator(sys.argv[1], size_guidance={'scalars': 0, 'images': 0, 'tensors': 0})
events.Reload()
tags = events.Tags()
print(json.dumps({
    'scalars': {tag: [[e.step, e.value] for e in events.Scalars(tag)] for tag in tags['scalars']},
    'images': {tag: [[e.step, e.width, e.height] for e in events.Images(tag)] for tag in tags['images']},
    'texts': {tag: [[e.step, e.tensor_proto.string_val[0].decode()] for e in events.Tensors(tag)] for tag in tags['tensors']},
}))`,
    [join(folder, 'tensorboard')],
  ) as Shown;
}

const logged = `${digits().replace(']', ', "@gradalign/loggers"]').replace('evaluateEvery: 2', 'evaluateEvery: 2, cosinesEvery: 4')}`;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gradalign-tensorboard-'));
  writeFileSync(join(folder, 'plain.yaml'), logged);
  writeFileSync(join(folder, 'logged.yaml'), `${logged}callbacks: [tensorboard]\n`);
  const { status, err } = await gradalign(folder, ['train', 'logged.yaml', '-o', 'logged', '--quiet']);
  expect(status, err).toBe(0);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.skipIf(!reader)('TensorBoard reads 24 steps of losses as the log has them, 2 validations, cosines, the views of the first batch and the experiment', () => {
  const { scalars, images, texts } = read(join(folder, 'logged'));
  const steps = readLog('logged').filter(({ event }) => event === 'step');
  expect(scalars['loss/total']).toEqual(steps.map(({ step, losses }) => [step, Math.fround(losses.total)]));
  expect(scalars['loss by domain/turned']).toEqual(steps.map(({ step, losses }) => [step, Math.fround(losses.risks['turned'] as number)]));
  expect(scalars['training/learning rate']?.[23]).toEqual([23, Math.fround(0.05)]);
  // 8 steps an epoch: after the second and the third.
  expect(scalars['validation/accuracy']?.map(([step]) => step)).toEqual([15, 23]);
  expect(scalars['cosine at the weights/upright and turned']?.map(([step]) => step)).toEqual([0, 4, 8, 12, 16, 20]);
  expect(scalars['results/figures/accuracy']?.[0]?.[0]).toBe(23);
  // 12 views of 28 pixels: 4 across, 3 down.
  expect(images['training views/upright']).toEqual([[0, 112, 84]]);
  expect(texts['experiment']?.[0]?.[1]).toContain('use: gac');
  expect(JSON.parse(texts['environment']?.[0]?.[1] as string).node).toBe(process.version);
});

it('a run with the callback has the same weights as one without', async () => {
  const { status, err } = await gradalign(folder, ['train', 'plain.yaml', '-o', 'plain', '--quiet']);
  expect(status, err).toBe(0);
  const weights = (run: string) => readFileSync(join(folder, run, 'checkpoints', 'epoch-0003', 'model.safetensors'));
  expect(weights('logged').equals(weights('plain'))).toBe(true);
});

it.skipIf(!reader)('a run that was killed after its checkpoint shows each step once when it goes on, and loses no figure', async () => {
  const args = ['train', 'logged.yaml', '-o', 'killed'];
  const { status } = await gradalign(folder, args, { interruptAt: /scoring upright/ });
  expect(status).toBe(130);
  // As a kill in the second epoch leaves it: the checkpoint of the first, later steps in the events, and a file that breaks off within a record.
  rmSync(join(folder, 'killed', 'checkpoints', 'epoch-0002'), { recursive: true });
  const events = join(folder, 'killed', 'tensorboard');
  const [first] = readdirSync(events);
  truncateSync(join(events, first as string), readFileSync(join(events, first as string)).length - 7);
  const resumed = await gradalign(folder, [...args, '--resume', '--quiet']);
  expect(resumed.status, resumed.err).toBe(0);
  expect(readdirSync(events).sort()[0]).toBe(first);
  const { scalars, images } = read(join(folder, 'killed'));
  expect(scalars['loss/total']).toEqual(read(join(folder, 'logged')).scalars['loss/total']);
  expect(scalars['validation/accuracy']?.map(([step]) => step)).toEqual([15, 23]);
  expect(images['training views/upright']).toHaveLength(1);
});

it('a link in place of the folder is refused before the first step', async () => {
  const args = ['train', 'logged.yaml', '-o', 'linked', '--quiet'];
  mkdirSync(join(folder, 'linked'));
  mkdirSync(join(folder, 'elsewhere'));
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'linked', 'tensorboard'));
  const { status, err } = await gradalign(folder, args);
  expect(status).toBe(2);
  expect(err).toMatch(/Cannot write to .*tensorboard: it is a symbolic link, expected a folder/);
  expect(readdirSync(join(folder, 'elsewhere'))).toEqual([]);
});

interface Logged {
  readonly event: string;
  readonly step: number;
  readonly losses: { readonly total: number; readonly risks: Readonly<Record<string, number>> };
}

function readLog(run: string): Logged[] {
  return readFileSync(join(folder, run, 'log.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Logged);
}
