import type { ErrorObject, ValidateFunction } from 'ajv';
import { type ConfigNode, nodeAt, replaceNode, toPlain } from './config-node.ts';
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
    const settled = errors.reduce((tree, error) => (error.keyword === 'type' ? retypedAt(tree, pathOf(error), typesOf(error)) : tree), node);
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

function retypedAt<N extends ConfigNode>(tree: N, path: readonly string[], types: readonly string[]): N {
  const { node } = nodeAt(tree, path);
  const settled = retyped(node, types);
  return settled === node ? tree : replaceNode(tree, path, settled);
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
  if (isRounded(text, number))
    return { ...node, broken: `the number ${text} is beyond 2^53, where whole numbers are rounded (here to ${number}), expected a smaller one` };
  return { ...rest, value: number };
}
