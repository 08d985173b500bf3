import { type ConfigNode, type MapNode, problemAt } from '../configuration/config-node.ts';
import { describe } from '../configuration/explain-error.ts';
import { suggestion } from '../configuration/nearest-name.ts';
import { readConfigFile } from '../configuration/read-file.ts';
import { ConfigurationError, type Problem } from '../contracts/errors.ts';
import type { StudyFileOptions } from './load-study.ts';

/** Figures of other papers, as they print them. They are shown in a block of their own and enter no test. */
export interface PublishedFigures {
  /** Paper and table. */
  readonly source: string;
  readonly url?: string;
  /** How they were taken, where it matters: `epoch chosen on the target`. */
  readonly note?: string;
  /** By method, then target, then figure; shares in 0..1. */
  readonly methods: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, PublishedFigure>>>>>>;
}

/** One figure of a paper. */
export interface PublishedFigure {
  readonly mean: number;
  /** What stands after ± in the paper. */
  readonly deviation?: number;
}

const keys = ['source', 'url', 'note', 'methods'];

/**
 * Reads published figures: `source` (paper and table, required), `url`, `note`, and `methods`, each with its figures by target in percent, a number or
 * `{ mean: 5.0, deviation: 0.3 }`.
 *
 * @throws ConfigurationError with every problem at once; UserError if the file cannot be read.
 */
export function readPublishedFigures(file: string, { env = process.env, resolveFrom = [] }: StudyFileOptions = {}): PublishedFigures {
  const root = readConfigFile(file, { env, resolveFrom });
  const problems: Problem[] = [];
  for (const [key, { at }] of root.entries)
    if (!keys.includes(key)) problems.push(problemAt(at, [key], `'${key}' is not known here, expected one of ${keys.join(', ')}${suggestion(key, keys)}`));
  const text = (key: string): string | undefined => {
    const node = root.entries.get(key)?.node;
    if (!node) return undefined;
    if (node.kind === 'scalar' && typeof node.value === 'string' && node.value.trim() !== '') return node.value;
    problems.push(problemAt(node.at, [key], `found ${describe(node)}, expected text`));
    return undefined;
  };
  if (!root.entries.has('source')) problems.push(problemAt(root.at, [], `'source' is missing, expected the paper and table that the figures come from`));
  const [source, url, note] = [text('source'), text('url'), text('note')];
  const methodsNode = root.entries.get('methods')?.node;
  if (!methodsNode) problems.push(problemAt(root.at, [], `'methods' is missing, expected figures by method and target`));
  const methods = methodsNode
    ? mapOf(methodsNode, ['methods'], 'figures by method and target', problems, (method, path) =>
        mapOf(method, path, 'figures by target', problems, (target, at) => mapOf(target, at, 'figures by name, in percent', problems, figureIn(problems))),
      )
    : {};
  if (problems.length > 0) throw new ConfigurationError(problems);
  return { source: source ?? '', ...(url === undefined ? {} : { url }), ...(note === undefined ? {} : { note }), methods };
}

function mapOf<T>(
  node: ConfigNode,
  path: readonly string[],
  expected: string,
  problems: Problem[],
  read: (node: ConfigNode, path: readonly string[]) => T,
): Record<string, T> {
  if (node.kind !== 'map' || node.entries.size === 0) {
    problems.push(problemAt(node.at, path, `found ${describe(node)}, expected ${expected}`));
    return {};
  }
  return Object.fromEntries([...(node as MapNode).entries].map(([key, entry]) => [key, read(entry.node, [...path, key])]));
}

function figureIn(problems: Problem[]): (node: ConfigNode, path: readonly string[]) => PublishedFigure {
  const percent = (node: ConfigNode | undefined): number | undefined =>
    node?.kind === 'scalar' && typeof node.value === 'number' && node.value >= 0 && node.value <= 100 ? node.value / 100 : undefined;
  return (node, path) => {
    const isMap = node.kind === 'map';
    const mean = percent(isMap ? node.entries.get('mean')?.node : node);
    const spread = isMap ? node.entries.get('deviation') : undefined;
    const deviation = percent(spread?.node);
    const known = !isMap || [...node.entries.keys()].every((key) => key === 'mean' || key === 'deviation');
    if (mean === undefined || !known || (spread && deviation === undefined)) {
      problems.push(problemAt(node.at, path, `found ${describe(node)}, expected percent, from 0 to 100, or { mean: 5.0, deviation: 0.3 } of them`));
      return { mean: 0 };
    }
    return { mean, ...(deviation === undefined ? {} : { deviation }) };
  };
}
