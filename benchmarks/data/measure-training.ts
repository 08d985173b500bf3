import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Contender } from '../contender.ts';
import { median } from '../statistics.ts';
import { makePictures } from './pictures.ts';

export interface TrainingResult {
  readonly method: string;
  /** Milliseconds of a step, medians. */
  readonly loaded: number;
  readonly inMemory: number;
  /** `loaded` over `inMemory`: the median of the rounds' ratios. */
  readonly ratio: number;
  /** Milliseconds a step that the training waited for its batch. */
  readonly waited: number;
}

interface Turn {
  readonly milliseconds: readonly number[];
  readonly waited: number;
}

/** What loading costs a step of ResNet-18: the same process takes turns with the loader's batches and with one that stays in memory. */
export async function measureTraining(
  method: string,
  options: { readonly workers: number; readonly threads: number; readonly repeats: number; readonly notice: (message: string) => void },
): Promise<TrainingResult> {
  const { workers, threads, repeats, notice } = options;
  const paths = await makePictures(join(tmpdir(), 'gradalign-benchmark-pictures'), 256);
  const child = fileURLToPath(new URL('training-child.ts', import.meta.url));
  using process_ = await Contender.start(`training (${method})`, process.execPath, [
    '--conditions=@gradalign/source',
    '--import',
    'tsx',
    child,
    JSON.stringify({ paths, method, workers, threads }),
  ]);
  const turn = async (from: 'loader' | 'memory') => (await process_.ask({ steps: method === 'erm' ? 6 : 3, from })) as Turn;
  await turn('memory');
  await turn('loader');
  const rounds: { loaded: number; inMemory: number; waited: number }[] = [];
  for (let round = 0; round < repeats; round++) {
    // Who begins changes from round to round.
    const order = round % 2 === 0 ? (['loader', 'memory'] as const) : (['memory', 'loader'] as const);
    const turns = new Map<string, Turn>();
    for (const from of order) turns.set(from, await turn(from));
    const { milliseconds, waited } = turns.get('loader') as Turn;
    rounds.push({ loaded: median(milliseconds), inMemory: median((turns.get('memory') as Turn).milliseconds), waited });
    notice(`${method}, round ${round + 1}: ${rounds.at(-1)?.loaded.toFixed(0)} ms with the loader, ${rounds.at(-1)?.inMemory.toFixed(0)} ms from memory`);
  }
  const over = (value: (round: (typeof rounds)[number]) => number) => median(rounds.map(value));
  return {
    method,
    loaded: over(({ loaded }) => loaded),
    inMemory: over(({ inMemory }) => inMemory),
    ratio: over(({ loaded, inMemory }) => loaded / inMemory),
    waited: over(({ waited }) => waited),
  };
}
