import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { describeReadError, readBounded, UnreadableFileError } from '@gradalign/pixels/files';
import { ConfigurationError, cannot } from '../contracts/errors.ts';
import { overrule } from './apply-protocol.ts';
import { type ConfigNode, type MapNode, mergeNodes, problemAt } from './config-node.ts';
import { maxYamlLength, readYaml } from './read-yaml.ts';

/** Files that one experiment may extend, one file counted as often as it is read: files that extend files can name each other very often. */
const maxExtended = 100;

export interface ReadOptions {
  /** For `${NAME}`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Modules (file URLs or paths) that packages are also looked up from. */
  readonly resolveFrom: readonly string[];
  /** Reads a file, given its absolute path; throws an error of `node:fs` where it cannot. Default: from disk. */
  readonly readText?: (path: string) => string;
}

/**
 * Reads a YAML file with the files it extends: `extends` names a file (relative to the one it is written in), a file of a package
 * (`@gradalign/fas-gac/recipes/ocm-to-i.yaml`), or a list of them, of which later ones override earlier ones; the file itself overrides all.
 *
 * @param chain The files that extend this one, to find circles.
 * @param budget How many more files may be read.
 * @throws UserError, exit code 2, where a file cannot be read, ConfigurationError where it is not valid.
 */
export function readConfigFile(file: string, options: ReadOptions, chain: readonly string[] = [], budget = { files: maxExtended }): MapNode {
  const path = resolve(file);
  let text: string;
  try {
    text = readText(options, path);
  } catch (cause) {
    throw cannot(`read ${file}`, describeReadError(cause), 'a YAML file', { cause, exitCode: 2 });
  }
  return withExtends(readYaml(text, file, options.env), path, options, [...chain, path], budget);
}

function withExtends(node: ConfigNode, path: string, options: ReadOptions, chain: readonly string[], budget: { files: number }): MapNode {
  if (node.kind !== 'map') throw new ConfigurationError([problemAt(node.at, '', 'the file holds no keys, expected `key: value` lines')]);
  const entry = node.entries.get('extends');
  if (!entry) return node;
  const names = entry.node.kind === 'list' ? entry.node.items : [entry.node];
  const entries = new Map(node.entries);
  entries.delete('extends');
  let merged: ConfigNode | undefined;
  for (const name of names) {
    if (name.kind !== 'scalar' || typeof name.value !== 'string')
      throw new ConfigurationError([problemAt(name.at, 'extends', 'this is not text, expected a file or a file of a package')]);
    const refuse = (message: string) => new ConfigurationError([problemAt(name.at, 'extends', message)]);
    const target = locate(name.value, path, options);
    if (target === undefined) throw refuse(`there is no '${name.value}', expected a file relative to ${dirname(path)}, or a file of an installed package`);
    if (chain.includes(target))
      throw refuse(`the files extend each other in a circle (${[...chain.slice(chain.indexOf(target)), target].join(' -> ')}), expected none`);
    if (--budget.files < 0) throw refuse(`the files that extend each other are more than ${maxExtended}, expected fewer`);
    const extended = readConfigFile(target, options, chain, budget);
    merged = merged ? mergeNodes(merged, extended) : extended;
  }
  const own: MapNode = { ...node, entries };
  return (merged?.kind === 'map' ? mergeNodes(overrule(merged, own), own) : own) as MapNode;
}

function readText({ readText: read = readConfiguration }: ReadOptions, path: string): string {
  return read(path);
}

function locate(name: string, from: string, options: ReadOptions): string | undefined {
  const direct = resolve(dirname(from), name);
  try {
    readText(options, direct);
    return direct;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') return direct; // reading it will say why
    // Not a file relative to this one: look for a package's.
  }
  for (const place of [from, ...options.resolveFrom, import.meta.url]) {
    try {
      return createRequire(place).resolve(name);
    } catch {
      // Not from here: try the next place.
    }
  }
  return undefined;
}

function readConfiguration(path: string): string {
  const bytes = readBounded(path, 4 * maxYamlLength);
  // A byte order mark is left to the YAML parser.
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le').slice(1);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UnreadableFileError('it is not text in UTF-8 (Latin-1, perhaps)');
  }
}
