import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { ConfigurationError, cannot } from '../contracts/errors.ts';
import { overrule } from './apply-protocol.ts';
import { type ConfigNode, type MapNode, mergeNodes, problemAt } from './config-node.ts';
import { readYaml } from './read-yaml.ts';

export interface ReadOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly resolveFrom: readonly string[];
}

/**
 * A YAML file with what it extends: `extends` names a file (relative to the one it stands in), a file of a package
 * (`@gradalign/fas-gac/recipes/ocm-to-i.yaml`), or a list of them, later ones over earlier ones and the file itself over all.
 */
export function readConfigFile(file: string, options: ReadOptions, chain: readonly string[] = []): MapNode {
  const path = resolve(file);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw cannot(`read ${file}`, code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : message, 'a YAML file', {
      cause,
      exitCode: 2,
    });
  }
  return withExtends(readYaml(text, file, options.env), path, options, [...chain, path]);
}

function withExtends(node: ConfigNode, path: string, options: ReadOptions, chain: readonly string[]): MapNode {
  if (node.kind !== 'map') throw new ConfigurationError([problemAt(node.at, '', 'the file holds no keys, expected `key: value` lines')]);
  const entry = node.entries.get('extends');
  if (!entry) return node;
  const names = entry.node.kind === 'list' ? entry.node.items : [entry.node];
  const entries = new Map(node.entries);
  entries.delete('extends');
  let merged: ConfigNode | undefined;
  for (const name of names) {
    if (name.kind !== 'scalar' || typeof name.value !== 'string')
      throw new ConfigurationError([problemAt(name.at, 'extends', 'this is no text, expected a file or a file of a package')]);
    const refuse = (message: string) => new ConfigurationError([problemAt(name.at, 'extends', message)]);
    const target = locate(name.value, path, options.resolveFrom);
    if (target === undefined) throw refuse(`there is no '${name.value}', expected a file relative to ${dirname(path)}, or a file of an installed package`);
    if (chain.includes(target))
      throw refuse(`the files extend each other in a circle (${[...chain.slice(chain.indexOf(target)), target].join(' -> ')}), expected none`);
    const extended = readConfigFile(target, options, chain);
    merged = merged ? mergeNodes(merged, extended) : extended;
  }
  const own: MapNode = { ...node, entries };
  return (merged?.kind === 'map' ? mergeNodes(overrule(merged, own), own) : own) as MapNode;
}

function locate(name: string, from: string, resolveFrom: readonly string[]): string | undefined {
  const direct = resolve(dirname(from), name);
  try {
    readFileSync(direct);
    return direct;
  } catch {
    // No file beside this one: a package's.
  }
  for (const place of [from, ...resolveFrom, import.meta.url]) {
    try {
      return createRequire(place).resolve(name);
    } catch {
      // Looked for in the next place.
    }
  }
  return undefined;
}
