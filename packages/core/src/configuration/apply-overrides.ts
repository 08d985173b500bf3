import { ConfigurationError, type Problem } from '../contracts/errors.ts';
import { type ConfigNode, type MapNode, type Place, problemAt } from './config-node.ts';
import { fillVariables } from './fill-variables.ts';
import { readYaml } from './read-yaml.ts';

const maxParts = 50;
/** Of an override in places; the rest is cut off. */
const maxShown = 200;

/** A value for a path, for callers that have it as data. Text in it becomes a number or a boolean where the schema expects one. */
export interface Override {
  /** As before the `=` of an override in text: `optimizer.rho`. */
  readonly path: string;
  /** Plain data. */
  readonly value: unknown;
}

/**
 * Applies `path=value` overrides to a tree, in order: `optimizer.rho=0.05`, `losses[0].weight=0.2`, `train.freeze["head/**"]=1`. The value replaces
 * what is there; `null` removes it; `[...]` and `{...}` are YAML; anything else is text, as it is, that becomes a number or a boolean where the schema
 * expects one. Places in an override read `--set path=value:1:column`.
 *
 * @throws ConfigurationError where an override sets nothing, or something that cannot be set.
 */
export function applyOverrides(root: MapNode, overrides: readonly (string | Override)[], env: Readonly<Record<string, string | undefined>>): MapNode {
  let node = root;
  for (const override of overrides) {
    const { text, at: start } = placedOverride(override);
    const refuse = (message: string) => new ConfigurationError([problemAt(start, '', message)]);
    const parsed = parsePath(text);
    if (!parsed) throw refuse('this sets nothing, expected path=value (optimizer.rho=0.05)');
    if (parsed.path.length > maxParts) throw refuse(`its path has ${parsed.path.length} parts, expected at most ${maxParts}`);
    if (parsed.path.some((part) => ['__proto__', 'constructor', 'prototype', 'extends'].includes(part)))
      throw refuse(`'${parsed.path.join('.')}' cannot be set, expected another path`);
    const value = typeof override === 'string' ? readValue(parsed.value, start, env) : nodeOf(override.value, start);
    node = put(node, parsed.path, value, start, refuse) as MapNode;
  }
  return node;
}

/** An override as text, and the place that messages name for it. */
export function placedOverride(override: string | Override): { readonly text: string; readonly at: Place } {
  const text = typeof override === 'string' ? override : `${override.path}=${JSON.stringify(override.value)}`;
  return { text, at: { file: `--set ${text.length > maxShown ? `${text.slice(0, maxShown)}...` : text}`, line: 1, column: 1 } };
}

function nodeOf(value: unknown, at: Place): ConfigNode {
  if (Array.isArray(value)) return { kind: 'list', at, items: value.map((one) => nodeOf(one, at)) };
  if (typeof value === 'object' && value !== null)
    return { kind: 'map', at, entries: new Map(Object.entries(value).map(([key, one]) => [key, { at, node: nodeOf(one, at) }])) };
  return typeof value === 'string' ? { kind: 'scalar', at, value, loose: true } : { kind: 'scalar', at, value: value as number | boolean | null };
}

function readValue(text: string, at: Place, env: Readonly<Record<string, string | undefined>>): ConfigNode {
  if (text === 'null' || text === '~') return { kind: 'scalar', at, value: null };
  const problems: Problem[] = [];
  const note = (message: string) => problems.push(problemAt(at, '', message));
  let broken: string | undefined;
  if (/^\s*[[{]/.test(text)) {
    try {
      const node = readYaml(text, at.file, env);
      if (node.kind !== 'scalar') return { ...node, text: fillVariables(text, env, note).value };
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      broken = error.problems[0]?.message;
    }
  }
  const filled = fillVariables(text, env, note);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return { kind: 'scalar', at, ...filled, loose: true, ...(broken === undefined ? {} : { broken }) };
}

function put(node: ConfigNode | undefined, [first, ...rest]: readonly string[], value: ConfigNode, at: Place, refuse: (message: string) => Error): ConfigNode {
  if (first === undefined) return value;
  if (node?.kind === 'list') {
    const index = Number(first);
    if (!Number.isInteger(index) || index < 0 || index > node.items.length)
      throw refuse(`'${first}' is not a position in a list of ${node.items.length}, expected 0 to ${node.items.length}`);
    const items = [...node.items];
    items[index] = put(items[index], rest, value, at, refuse);
    return { ...node, items };
  }
  const map: MapNode = node?.kind === 'map' ? node : { kind: 'map', at, entries: new Map() };
  const entries = new Map(map.entries);
  if (rest.length === 0 && value.kind === 'scalar' && value.value === null) entries.delete(first);
  else entries.set(first, { at, node: put(entries.get(first)?.node, rest, value, at, refuse) });
  return { ...map, entries };
}

/** The path before the `=` of an override, and what follows it; undefined where there is none. */
export function parsePath(text: string): { readonly path: readonly string[]; readonly value: string } | undefined {
  const path: string[] = [];
  let at = 0;
  const part = /(?:\.?([^.[\]="]+)|\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\])/y;
  for (;;) {
    part.lastIndex = at;
    const match = part.exec(text);
    if (!match) break;
    path.push(match[1] ?? match[2] ?? (match[3] as string));
    at = part.lastIndex;
  }
  return path.length > 0 && text[at] === '=' ? { path, value: text.slice(at + 1) } : undefined;
}
