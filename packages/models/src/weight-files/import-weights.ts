import { cannot, encodeSafetensors, type StoredTensor, suggestion, writeAtomically } from '@gradalign/core';
import type { Network } from '../define-network.ts';
import { networks } from '../networks.ts';
import { fileProblem } from './file-problem.ts';
import type { FileTensor, FileTensors } from './file-tensor.ts';
import { fit, type Match, matchNetwork } from './match-network.ts';
import { readWeightFile, type WeightFileFormat } from './read-weight-file.ts';

/** Options of {@link importWeights}. */
export interface ImportWeightsOptions {
  /** PyTorch file (zip or legacy format), safetensors or NumPy archive; told apart by content. */
  readonly file: string;
  /** The safetensors file to write. */
  readonly output: string;
  /** What stands before the names of the tensors to take, if the file holds several networks: `model.`. */
  readonly prefix?: string;
  /** Name of the network; found by itself where absent. */
  readonly network?: string;
}

/** What {@link importWeights} did. Plain data. */
export interface ImportedWeights {
  readonly network: string;
  readonly format: WeightFileFormat;
  /** What stood before the names. */
  readonly prefix: string;
  /** Names in the file of the tensors that were taken. */
  readonly taken: readonly string[];
  /** Names in the file of all others. */
  readonly leftOut: readonly string[];
  /** Tensors of the network that the file does not have: at most those of the last layer. */
  readonly missing: readonly string[];
  /** Types that were converted to float32. */
  readonly converted: readonly string[];
  /** Classes of the last layer; absent where it is missing. */
  readonly classes?: number;
}

/**
 * Reads the weights of one of our networks from a file of another program and writes them as safetensors in PyTorch's naming, which the option `weights` of
 * a model takes. Prefixes (`state_dict.`, `module.`, `model.`) are found. No code of the file is run. Needs a loaded engine.
 *
 * @throws UserError if the file is damaged, holds more than tensors, another network or several, lacks tensors, or has values that are not finite; nothing
 * is written then.
 */
export function importWeights({ file, output, prefix, network }: ImportWeightsOptions): ImportedWeights {
  const candidates = network === undefined ? networks : [networkCalled(network)];
  const { format, tensors } = readWeightFile(file);
  if (tensors.size === 0) throw fileProblem(file, 'it holds no tensors', 'the weights of a network');
  const match = bestMatch(file, tensors, candidates, prefix);
  const head = headOf(match, tensors);
  const taken = new Map([...match.found, ...head]);
  const stored = Object.fromEntries([...taken].map(([name, from]) => [name, storedTensor(file, from, tensors.get(from) as FileTensor)]));
  writeAtomically(output, encodeSafetensors(stored, { network: match.network.name }));
  const used = new Set(taken.values());
  const { classifier } = match.network.pytorch;
  const classes = stored[`${classifier}.weight`]?.shape[0];
  return {
    network: match.network.name,
    format,
    prefix: match.prefix,
    taken: [...used],
    leftOut: [...tensors.keys()].filter((name) => !used.has(name)),
    missing: classes === undefined ? [`${classifier}.weight`] : [],
    converted: [...new Set([...used].map((name) => (tensors.get(name) as FileTensor).type.name))].filter((type) => type !== 'float32'),
    ...(classes === undefined ? {} : { classes }),
  };
}

function networkCalled(name: string): Network {
  const known = networks.map((network) => network.name);
  const found = networks.find((network) => network.name === name);
  if (!found) throw cannot('import weights', `there is no network '${name}'`, `one of ${known.join(', ')}${suggestion(name, known)}`, { exitCode: 2 });
  return found;
}

function bestMatch(file: string, tensors: FileTensors, candidates: readonly Network[], prefix: string | undefined): Match {
  const dotted = prefix === undefined || prefix === '' || prefix.endsWith('.') ? prefix : `${prefix}.`;
  const under = (match: Match) => dotted === undefined || match.prefix === dotted;
  const all = networks.flatMap((network) => matchNetwork(network, tensors)).filter(under);
  const matches = all.filter(({ network }) => candidates.includes(network)).sort((a, b) => fit(b) - fit(a));
  const [best] = matches;
  if (!best || best.found.size < best.missing.length) throw noMatch(file, tensors, candidates, dotted, all);
  const better = all.find((other) => other.network !== best.network && isWhole(other) && fit(other) > fit(best));
  if (better)
    throw fileProblem(file, `it holds the weights of ${better.network.name}`, `those of ${best.network.name}: --for ${better.network.name} takes them`);
  if (best.misshapen.length > 0 || best.missing.length > 0) {
    const is = [
      ...(best.missing.length > 0 ? [`it lacks ${some(best.missing)}`] : []),
      ...best.misshapen.slice(0, 3).map((name) => `${name} has shape [${tensors.get(name)?.shape.join(', ')}]`),
    ].join('; ');
    throw fileProblem(file, is, `the weights of ${best.network.name}${best.prefix ? ` under '${best.prefix}'` : ''}`);
  }
  const equal = matches.filter((other) => other.network === best.network && isWhole(other));
  if (equal.length > 1)
    throw cannot(
      `read weights ${file}`,
      `it holds ${best.network.name} ${equal.length} times`,
      `--prefix ${equal.map((one) => one.prefix || "''").join(' or --prefix ')}`,
      {
        exitCode: 2,
      },
    );
  return best;
}

function isWhole({ missing, misshapen }: Match): boolean {
  return missing.length + misshapen.length === 0;
}

function noMatch(file: string, tensors: FileTensors, candidates: readonly Network[], prefix: string | undefined, all: readonly Match[]): Error {
  const other = all.find((match) => !candidates.includes(match.network) && isWhole(match));
  const expected = `the weights of ${candidates.map(({ name }) => name).join(', ')}${prefix ? ` under '${prefix}'` : ''}`;
  if (other) return fileProblem(file, `it holds the weights of ${other.network.name}`, `${expected}: --for ${other.network.name} takes them`);
  return fileProblem(file, `its ${tensors.size} tensors belong to another network: ${some([...tensors.keys()])}`, expected);
}

/** The last layer, whatever it is called: the one dense kernel for the network's features, under the same prefix or beside it. */
function headOf({ network, prefix, found }: Match, tensors: FileTensors): [string, string][] {
  const { classifier } = network.pytorch;
  const used = new Set(found.values());
  const features = Math.max(
    ...[...found.values()]
      .map((name) => (tensors.get(name) as FileTensor).shape)
      .filter(({ length }) => length === 4)
      .map(([out]) => out as number),
  );
  const known = [...new Set([classifier, 'fc', '_fc', 'classifier', 'classifier.1', 'classifier.0', 'head', 'head.fc', 'linear', 'last_linear'])];
  const candidates = [...tensors].flatMap(([name, { shape }]) => {
    const module = name.slice(0, -'.weight'.length);
    const isHead = name.endsWith('.weight') && !used.has(name) && shape.length === 2 && shape[1] === features;
    return isHead && known.some((one) => module === one || module.endsWith(`.${one}`)) ? [module] : [];
  });
  const parent = prefix.slice(0, prefix.lastIndexOf('.', prefix.length - 2) + 1);
  const own = candidates.filter((module) => module.startsWith(prefix));
  // A model around the network has its layer on top; the network may still have its own, which nothing uses (torchvision's, of ImageNet's classes).
  const onTop = prefix === '' ? [] : candidates.filter((module) => known.some((one) => module === parent + one));
  const near = [onTop, own, candidates.filter((module) => module.startsWith(parent))].find(({ length }) => length > 0) ?? [];
  if (near.length !== 1) return [];
  const bias = tensors.get(`${near[0]}.bias`);
  const kernel = tensors.get(`${near[0]}.weight`) as FileTensor;
  const withBias = bias?.shape.length === 1 && bias.shape[0] === kernel.shape[0];
  return [[`${classifier}.weight`, `${near[0]}.weight`], ...(withBias ? [[`${classifier}.bias`, `${near[0]}.bias`] as [string, string]] : [])];
}

function storedTensor(file: string, name: string, { shape, values }: FileTensor): StoredTensor {
  const data = values();
  const broken = data.reduce((count, value) => count + (Number.isFinite(value) ? 0 : 1), 0);
  if (broken > 0) throw fileProblem(file, `${broken} of the ${data.length} values of ${name} are NaN or infinite`, 'finite weights');
  return { shape, data };
}

function some(names: readonly string[]): string {
  return names.length <= 4 ? names.join(', ') : `${names.slice(0, 4).join(', ')} and ${names.length - 4} more`;
}
