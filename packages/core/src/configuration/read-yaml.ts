import { type Document, isAlias, isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseAllDocuments, parseDocument, Scalar } from 'yaml';
import { ConfigurationError, type Problem } from '../contracts/errors.ts';
import type { ConfigNode, Entry, MapNode, Place } from './config-node.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const refusedKeys: readonly string[] = ['__proto__', 'constructor', 'prototype'];
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
  for (const error of doc.errors) note(error.pos[0], plainYamlError(error.code, error.message));
  if (problems.length > 0) throw new ConfigurationError(problems);
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

function plainYamlError(code: string, message: string): string {
  if (code === 'TAB_AS_INDENT') return 'a tab is used for indentation, expected spaces';
  const text = message.split('\n')[0] as string;
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
    if (isMap(node)) return this.#readMap(node, at, through, depth);
    if (isSeq(node)) return { kind: 'list', at, items: node.items.map((item) => this.read((isPair(item) ? null : item) as Node | null, through, depth + 1)) };
    if (isScalar(node)) return { kind: 'scalar', at, value: this.#scalar(node) };
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
      const key = String(pair.key.value);
      const offset = pair.key.range?.[0] ?? 0;
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

  #scalar(node: Scalar): string | number | boolean | null {
    const { value } = node;
    if (typeof value === 'bigint') return Number(value);
    if (typeof value !== 'string') return typeof value === 'number' || typeof value === 'boolean' ? value : null;
    if (!value.includes('${')) return value;
    const filled = value.replace(
      /\$(\$\{[^}]*\})|\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g,
      (_, escaped: string | undefined, name: string, fallback: string | undefined) => {
        if (escaped !== undefined) return escaped;
        const found = this.#env[name] ?? fallback;
        if (found === undefined) this.#note(node.range?.[0] ?? 0, `the environment variable ${name} is not set, expected it, or a default: \${${name}:-...}`);
        return found ?? '';
      },
    );
    // A plain scalar that is nothing but one reference takes the type of its value: `seed: ${SEED}` is a number.
    const whole = node.type === Scalar.PLAIN && /^\$\{[^}]*\}$/.test(value);
    const typed = whole ? parseDocument(filled).contents : undefined;
    return isScalar(typed) && ['string', 'number', 'boolean'].includes(typeof typed.value) ? (typed.value as string | number | boolean) : filled;
  }
}
