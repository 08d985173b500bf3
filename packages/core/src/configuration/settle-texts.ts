import type { ErrorObject, ValidateFunction } from 'ajv';
import { type ConfigNode, nodeAt, toPlain } from './config-node.ts';
import { isRounded } from './read-yaml.ts';

/** A tree, and its value as a schema sees it. */
export interface Settled<N extends ConfigNode = ConfigNode> {
  readonly node: N;
  /** With the schema's defaults. */
  readonly value: unknown;
  /** What is still wrong; places and values are those of `node`. */
  readonly errors: readonly ErrorObject[];
}

/**
 * Validates a tree in which text may have come from variables and `--set`: such a text becomes a number or a boolean where the schema refuses text and
 * takes those, and nowhere else. `[old]` from `--set` is text again where a text is expected.
 */
export function settleTexts<N extends ConfigNode>(root: N, validate: ValidateFunction): Settled<N> {
  for (let node = root; ; ) {
    const value = toPlain(node);
    if (validate(value)) return { node, value, errors: [] };
    const errors = [...(validate.errors ?? [])];
    const settled = errors.reduce(
      (tree, error) => (error.keyword === 'type' ? replaceAt(tree, pathOf(error), (one) => retyped(one, typesOf(error))) : tree),
      node,
    );
    if (settled === node) return { node, value, errors };
    node = settled;
  }
}

/** The keys on the way to the value that an error is about. */
export function pathOf({ instancePath }: ErrorObject): string[] {
  return instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function typesOf({ params }: ErrorObject): readonly string[] {
  return String((params as { readonly type?: unknown }).type).split(',');
}

/** The same node where nothing can be made of it. */
function retyped(node: ConfigNode, types: readonly string[]): ConfigNode {
  if (node.kind !== 'scalar') return types.includes('string') && node.text !== undefined ? { kind: 'scalar', at: node.at, value: node.text } : node;
  const { value, loose, broken } = node;
  if (!loose || typeof value !== 'string' || broken !== undefined) return node;
  const text = value.trim();
  const { loose: _, ...rest } = node;
  if (types.includes('boolean') && (text === 'true' || text === 'false')) return { ...rest, value: text === 'true' };
  if (!types.includes('number') && !types.includes('integer')) return node;
  if (!/^([-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?|0x[\da-fA-F]+|0o[0-7]+)$/.test(text)) return node;
  const number = Number(text);
  if (isRounded(text, number)) return { ...node, broken: `the number ${text} is beyond 2^53 and would be rounded to ${number}, expected a smaller one` };
  return { ...rest, value: number };
}

function replaceAt<N extends ConfigNode>(node: N, [first, ...rest]: readonly string[], change: (node: ConfigNode) => ConfigNode): N {
  if (first === undefined) return change(node) as N;
  const child = nodeAt(node, [first]).node;
  if (child === node) return node;
  const changed = replaceAt(child, rest, change);
  if (changed === child) return node;
  if (node.kind === 'list') return { ...node, items: node.items.map((item) => (item === child ? changed : item)) };
  const entry = node.kind === 'map' ? node.entries.get(first) : undefined;
  return node.kind === 'map' && entry ? { ...node, entries: new Map(node.entries).set(first, { ...entry, node: changed }) } : node;
}
