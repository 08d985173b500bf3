import type { Network } from '../define-network.ts';
import { nameInPytorch } from '../torchvision-names.ts';
import { type ExpectedTensor, expectedTensors } from './expected-tensors.ts';
import type { FileTensors } from './file-tensor.ts';

/** A network's tensors found in a file, all under one prefix. */
export interface Match {
  readonly network: Network;
  /** What stands before every name: `state_dict.module.`, or nothing. */
  readonly prefix: string;
  /** Names in the file by names of the network. */
  readonly found: ReadonlyMap<string, string>;
  /** Tensors of the network that the file lacks. */
  readonly missing: readonly string[];
  /** Tensors under the prefix that have another shape than the network's. */
  readonly misshapen: readonly string[];
  /** Weights under the prefix that are none of the network's. */
  readonly surplus: readonly string[];
}

/** The network's tensors under every prefix that holds any, the fullest first. */
export function matchNetwork(network: Network, tensors: FileTensors): readonly Match[] {
  const first = nameInPytorch(network.pytorch.first);
  if (![...tensors.keys()].some((name) => name === first || name.endsWith(`.${first}`))) return [];
  const expected = expectedTensors(network);
  const schemes = [expected.map(({ name }) => name), ...(network.pytorch.otherNames ?? []).map((rename) => expected.map(({ name }) => rename(name)))];
  return schemes.flatMap((names) => matchScheme(network, expected, names, tensors)).sort((a, b) => fit(b) - fit(a));
}

/** `names` are what one implementation calls the expected tensors: what is a batch norm there may be a convolution elsewhere. */
function matchScheme(network: Network, expected: readonly ExpectedTensor[], names: readonly string[], tensors: FileTensors): readonly Match[] {
  const byName = new Map(expected.map((one, i) => [names[i] as string, one]));
  const prefixes = new Map<string, Map<string, string>>();
  for (const file of tensors.keys())
    for (const at of placesOfNames(file)) {
      const one = byName.get(file.slice(at));
      if (!one) continue;
      const prefix = file.slice(0, at);
      const found = prefixes.get(prefix) ?? new Map<string, string>();
      prefixes.set(prefix, found.set(one.name, file));
    }
  return [...prefixes].map(([prefix, found]) => matchUnder(network, expected, prefix, found, tensors));
}

/** 0 where everything is there, and nothing else. */
export function fit({ missing, misshapen, surplus }: Match): number {
  return -(missing.length + 2 * misshapen.length + surplus.length);
}

function matchUnder(network: Network, expected: readonly ExpectedTensor[], prefix: string, found: ReadonlyMap<string, string>, tensors: FileTensors): Match {
  const used = new Set(found.values());
  const first = nameInPytorch(network.pytorch.first);
  // The images may have any number of channels.
  const shown = (name: string, shape: readonly number[] = []) => (name === first ? shape.toSpliced(1, 1) : shape).join();
  const shapes = new Map(expected.map(({ name, shape }) => [name, shown(name, shape)]));
  return {
    network,
    prefix,
    found,
    missing: expected.flatMap(({ name }) => (found.has(name) ? [] : [name])),
    misshapen: [...found].flatMap(([name, file]) => (shown(name, tensors.get(file)?.shape) === shapes.get(name) ? [] : [file])),
    // Kernels: whatever else lies under the prefix, more of them are another network.
    surplus: [...tensors].flatMap(([name, { shape }]) => (name.startsWith(prefix) && !used.has(name) && shape.length === 4 ? [name] : [])),
  };
}

/** Where a name can begin: at the start, and behind every dot. */
function placesOfNames(name: string): number[] {
  return [0, ...[...name.matchAll(/\./g)].map(({ index }) => index + 1)];
}
