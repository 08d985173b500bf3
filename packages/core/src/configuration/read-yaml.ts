import { type Document, isAlias, isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseAllDocuments, type Scalar } from 'yaml';
import { ConfigurationError, type Problem } from '../contracts/errors.ts';
import type { ConfigNode, Entry, MapNode, Place, ScalarNode } from './config-node.ts';
import { type Environment, fillVariables } from './fill-variables.ts';

const refusedKeys: readonly string[] = ['__proto__', 'constructor', 'prototype'];
/** Tags that the parser knows and an experiment has no use for; it warns of all others. */
const refusedTags = ['binary', 'merge', 'omap', 'pairs', 'set', 'timestamp'].map((name) => `tag:yaml.org,2002:${name}`);
/** Anchors within anchors can make a small file enormous. */
const maxNodes = 100_000;
/** In characters. */
export const maxYamlLength = 2 ** 20;
/** Lists and maps within each other; the parser overflows the stack at some thousands. */
const maxDepth = 100;

/**
 * Parses YAML into a tree of values with their places, with `${NAME}` and `${NAME:-default}` filled in.
 *
 * @param file Names the file in places; it is not read.
 * @throws ConfigurationError with every problem.
 */
export function readYaml(text: string, file: string, env: Environment): ConfigNode {
  refuseMonsters(text, file);
  const lines = new LineCounter();
  const [doc, second] = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'silent',
    uniqueKeys: false, // the parser compares every key with every other: TreeReader looks
    maxAliasCount: -1,
  } as never) as Document.Parsed[];
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problems: Problem[] = [];
  const note = (offset: number, message: string) => problems.push({ ...place(offset), path: '', message });
  if (!doc || doc.contents === null)
    throw new ConfigurationError([{ file, line: 1, column: 1, path: '', message: 'the file is empty, expected keys and values' }]);
  if (second) note(second.range[0], 'a second document begins here, expected one per file');
  const directive = /^%YAML[ \t]+(?!1\.2\s)\S*/m.exec(text);
  if (directive && directive.index < (doc.contents.range?.[0] ?? text.length))
    note(
      directive.index,
      `the file asks for ${directive[0].replace('%', '').replace(/\s+/, ' ')}, in which yes, on and 012 are no text; expected YAML 1.2, without this line`,
    );
  for (const error of doc.errors) note(error.pos[0], plainYamlError(error.code, error.message));
  if (problems.length > 0) throw new ConfigurationError(problems);
  for (const warning of directive ? [] : doc.warnings) note(warning.pos[0], plainYamlWarning(warning.code, warning.message));
  const reader = new TreeReader(doc, place, env, note);
  const root = reader.read(doc.contents as Node, []);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return root;
}

/** What the parser would take minutes or all memory for is refused before it sees it. */
function refuseMonsters(text: string, file: string): void {
  const refuse = (line: number, message: string) => new ConfigurationError([{ file, line, column: 1, path: '', message }]);
  if (text.startsWith('version https://git-lfs'))
    throw refuse(1, 'this is a pointer of Git LFS, not the file it points to, expected the file itself: git lfs pull');
  if (text.length > maxYamlLength) throw refuse(1, `the file has ${text.length} characters, expected at most ${maxYamlLength}`);
  if (text.includes('\0')) throw refuse(1, 'the file holds NUL characters, expected text in UTF-8');
  let depth = 0;
  let line = 1;
  for (const character of text) {
    if (character === '\n') line++;
    else if (character === '[' || character === '{') depth++;
    else if (character === ']' || character === '}') depth--;
    // Brackets in texts count too, which is why there may be some more of them.
    if (depth > 4 * maxDepth) throw refuse(line, `${depth} brackets are open here, expected at most ${maxDepth}`);
  }
  const dashes = /^(?:\s*[-?:][ \t]){101}/m.exec(text) ?? /^[ ]{2000}/m.exec(text);
  if (dashes)
    throw refuse(text.slice(0, dashes.index).split('\n').length, `lists and maps stand more than ${maxDepth} deep in each other here, expected fewer`);
}

function plainYamlWarning(code: string, message: string): string {
  const text = (message.split('\n')[0] as string).replace(/\.$/, '');
  return code === 'TAG_RESOLVE_FAILED' ? unknownTag(text.replace(/^Unresolved tag: /, '')) : `this is not plain YAML: ${text}, expected a file without it`;
}

function unknownTag(tag: string): string {
  return `the tag '${tag}' is not known here, expected a value without it (a variable is written \${NAME}; text that begins with ! needs quotes)`;
}

function plainYamlError(code: string, message: string): string {
  if (code === 'TAB_AS_INDENT') return 'a tab is used for indentation, expected spaces';
  const text = message.split('\n')[0] as string;
  if (/Implicit keys need to be on a single line|Implicit map keys need to be followed by map values/.test(text))
    return 'this is no `key: value` line, expected a space after the colon of a key';
  return `this is not valid YAML: ${text.replace(/\.$/, '')} (a value with \${...} inside braces needs quotes)`.replace(
    / \(a value with[^)]*\)$/,
    /flow|BAD_SCALAR|MISSING_CHAR/i.test(`${code} ${text}`) ? '$&' : '',
  );
}

class TreeReader {
  readonly #doc: Document;
  readonly #place: (offset: number) => Place;
  readonly #env: Environment;
  readonly #note: (offset: number, message: string) => void;
  #nodes = 0;
  #deep = false;

  constructor(doc: Document, place: (offset: number) => Place, env: Environment, note: (offset: number, message: string) => void) {
    this.#doc = doc;
    this.#place = place;
    this.#env = env;
    this.#note = note;
  }

  read(node: Node | null, through: readonly Node[], depth = 0): ConfigNode {
    const at = this.#place(node?.range?.[0] ?? 0);
    const nothing: ConfigNode = { kind: 'scalar', at, value: null };
    if (++this.#nodes > maxNodes) {
      if (this.#nodes === maxNodes + 1) this.#note(node?.range?.[0] ?? 0, `with its anchors the file has more than ${maxNodes} values, expected fewer`);
      return nothing;
    }
    if (depth > maxDepth) {
      if (!this.#deep) this.#note(node?.range?.[0] ?? 0, `lists and maps stand more than ${maxDepth} deep in each other, expected fewer`);
      this.#deep = true;
      return nothing;
    }
    if (isAlias(node)) {
      const target = node.resolve(this.#doc);
      if (target && !through.includes(target)) return this.read(target, [...through, target], depth + 1);
      this.#note(
        node.range?.[0] ?? 0,
        target ? `the anchor '${node.source}' contains itself, expected no circle` : `there is no anchor '${node.source}', expected one defined above`,
      );
      return nothing;
    }
    if (node?.tag !== undefined && refusedTags.includes(node.tag)) this.#note(node.range?.[0] ?? 0, unknownTag(node.tag.replace('tag:yaml.org,2002:', '!!')));
    if (isMap(node)) return this.#readMap(node, at, through, depth);
    if (isSeq(node)) return { kind: 'list', at, items: node.items.map((item) => this.read((isPair(item) ? null : item) as Node | null, through, depth + 1)) };
    if (isScalar(node)) return { kind: 'scalar', at, ...this.#scalar(node) };
    return nothing;
  }

  #readMap(node: { readonly items: readonly unknown[] }, at: Place, through: readonly Node[], depth: number): MapNode {
    const written = new Set<string>();
    const entries = new Map<string, Entry>();
    const merged = new Map<string, Entry>();
    for (const pair of node.items) {
      if (!isPair(pair) || !isScalar(pair.key)) {
        const key = isPair(pair) ? (pair.key as Node | null) : null;
        this.#note(key?.range?.[0] ?? 0, 'this key is not plain text, expected a name');
        continue;
      }
      const key = pair.key.source ?? String(pair.key.value);
      const offset = pair.key.range?.[0] ?? 0;
      if (key === '') {
        this.#note(offset, 'this key is empty, expected a name');
        continue;
      }
      if (refusedKeys.includes(key)) {
        this.#note(offset, `'${key}' cannot be a key, expected another name`);
        continue;
      }
      if (written.has(key)) {
        this.#note(offset, 'this key appears twice, expected each key once');
        continue;
      }
      written.add(key);
      const value = this.read(pair.value as Node | null, through, depth + 1);
      if (key !== '<<') entries.set(key, { at: this.#place(offset), node: value });
      else {
        for (const source of value.kind === 'list' ? value.items : [value]) {
          if (source.kind === 'map') for (const [name, entry] of source.entries) if (!merged.has(name)) merged.set(name, entry);
          if (source.kind !== 'map') this.#note(offset, 'what is merged here is not a map, expected the anchor of a map');
        }
      }
    }
    return { kind: 'map', at, entries: new Map([...merged, ...entries]) };
  }

  #scalar(node: Scalar): Omit<ScalarNode, 'kind' | 'at'> {
    const { value, source = '' } = node;
    const offset = node.range?.[0] ?? 0;
    if (typeof value === 'number' && isRounded(source, value)) {
      this.#note(
        offset,
        `the number ${source} is beyond 2^53, where whole numbers are rounded (here to ${value}), expected a smaller one, or quotes if it is text`,
      );
    }
    if (typeof value !== 'string') return { value: typeof value === 'number' || typeof value === 'boolean' ? value : null, source };
    return fillVariables(value, this.#env, (message) => this.#note(offset, message));
  }
}

/** Whether a number that is written in whole digits is another one in 64 bits. */
export function isRounded(source: string, value: number): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value) && !/[eE]/.test(source.replace(/^0x.*/i, ''));
}
