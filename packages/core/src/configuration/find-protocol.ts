import { resolve } from 'node:path';
import { ConfigurationError, type Problem, UserError } from '../contracts/errors.ts';
import type { Protocol, ProtocolDefinition } from '../contracts/protocol.ts';
import type { Catalogue } from './catalogue.ts';
import { checkPart } from './check-part.ts';
import type { Schema } from './compile-schema.ts';
import { type ConfigNode, folderOf, type MapNode, nodeAt, type Place, problemAt, type ScalarNode, useOf } from './config-node.ts';
import { object } from './experiment-schema.ts';
import { describe } from './explain-error.ts';
import { suggestion } from './nearest-name.ts';
import { fromOwnProtocol, type OwnProtocol, ownProtocolSchema } from './own-protocol.ts';

/** What finding a protocol needs. */
export interface ProtocolContext {
  readonly catalogue: Catalogue;
  /** Reads a YAML file with what it extends. */
  readonly readFile: (path: string) => MapNode;
  /** Problems are added here. */
  readonly problems: Problem[];
  /** A protocol that nobody offers is added here; default: `problems`. */
  readonly unknown?: Problem[] | undefined;
}

/** The protocol that an experiment asks for. */
export interface FoundProtocol extends Protocol {
  readonly name: string;
  readonly alsoCalled: Readonly<Record<string, readonly string[]>>;
  /** The user's own mapping of domains: from the protocol's name to the key in `data.domains`. */
  readonly mapped: Readonly<Record<string, string>>;
  /** Place where the user wrote a domain's name; undefined where the protocol comes from a plugin. */
  placeOf(domain: string): Place | undefined;
}

/** Reads `data.protocol`: a name, a file, `{ use: name, ...options }`, or a protocol written out. Undefined where something is wrong; `problems` says what. */
export function findProtocol(node: ConfigNode, own: ReadonlyMap<string, MapNode>, context: ProtocolContext): FoundProtocol | undefined {
  const path = ['data', 'protocol'];
  if (node.kind === 'scalar' && typeof node.value === 'string') {
    if (!isFile(node.value)) return named(node.value, node, { kind: 'map', at: node.at, entries: new Map() }, path, own, context);
    const file = readBeside({ ...node, value: node.value }, path, context);
    return file && writtenOut(file, path, undefined, context);
  }
  const use = useOf(node);
  if (node.kind === 'map' && use !== undefined) return named(use, nodeAt(node, ['use']).node, node, path, own, context);
  if (node.kind === 'map' && !node.entries.has('use')) return writtenOut(node, path, undefined, context);
  context.problems.push(problemAt(node.at, path, `found ${describe(node)}, expected the name of a protocol, a YAML file, or sources and target`));
  return undefined;
}

/** Reads the experiment's own `protocols`: a map of names to protocols, or a file with one. Each is validated, whether it is used or not. */
export function ownProtocols(node: ConfigNode | undefined, context: ProtocolContext): ReadonlyMap<string, MapNode> {
  if (!node) return new Map();
  const { catalogue, problems } = context;
  let map = node;
  if (node.kind === 'scalar' && typeof node.value === 'string') {
    const file = readBeside({ ...node, value: node.value }, ['protocols'], context);
    if (!file) return new Map();
    map = file.entries.get('protocols')?.node ?? file;
  }
  if (map.kind !== 'map') {
    problems.push(problemAt(map.at, ['protocols'], `found ${describe(map)}, expected names with sources and target, or a YAML file of them`));
    return new Map();
  }
  const found = new Map<string, MapNode>();
  for (const [name, { at, node: one }] of map.entries) {
    const path = ['protocols', name];
    const taken = catalogue.items('protocol').find(({ item }) => namesOf(item as unknown as ProtocolDefinition).includes(name));
    if (taken) problems.push(problemAt(at, path, `'${name}' is a protocol of ${taken.package}, expected another name`));
    if (one.kind !== 'map') problems.push(problemAt(one.at, path, `found ${describe(one)}, expected sources and target`));
    else if (checkPart(one, path, ownProtocolSchema, catalogue, problems)) found.set(name, one);
  }
  return found;
}

function named(
  name: string,
  nameNode: ConfigNode,
  node: MapNode,
  path: readonly string[],
  own: ReadonlyMap<string, MapNode>,
  context: ProtocolContext,
): FoundProtocol | undefined {
  const { catalogue, problems, unknown = problems } = context;
  const written = own.get(name);
  const items = catalogue.items('protocol').map(({ item }) => item as unknown as ProtocolDefinition);
  const item = items.find((one) => namesOf(one).includes(name));
  if (!written && !item) {
    const known = [...own.keys(), ...items.map((one) => one.name)];
    const hint = known.length > 0 ? suggestion(name, [...known, ...items.flatMap(namesOf)]) : '; plugin "@gradalign/datasets" offers some';
    unknown.push(
      problemAt(
        nameNode.at,
        nameNode === node.entries.get('use')?.node ? [...path, 'use'] : path,
        `there is no protocol '${name}', expected one of ${known.join(', ') || '(none is defined)'}${hint}`,
      ),
    );
    return undefined;
  }
  const options = checkPart<Record<string, unknown> & { domains?: Record<string, string> }>(node, path, optionsSchema(item), catalogue, problems);
  if (!options) return undefined;
  const { use: _, domains: mapped = {}, ...rest } = options;
  if (written) {
    const found = writtenOut(written, ['protocols', name], name, context);
    return found && { ...found, mapped };
  }
  const { name: itsName, alsoCalled = {}, create } = item as ProtocolDefinition;
  return { ...create(rest as never), name: itsName, alsoCalled, mapped, placeOf: () => undefined };
}

function writtenOut(node: MapNode, path: readonly string[], name: string | undefined, { catalogue, problems }: ProtocolContext): FoundProtocol | undefined {
  const written = checkPart<OwnProtocol>(node, path, ownProtocolSchema, catalogue, problems);
  if (!written) return undefined;
  const protocol = fromOwnProtocol(written);
  const places = new Map<string, Place>();
  for (const side of ['sources', 'target']) {
    const names = nodeAt(node, [side]).node;
    for (const one of names.kind === 'list' ? names.items : [names]) if (one.kind === 'scalar') places.set(String(one.value), one.at);
  }
  return {
    ...protocol,
    name: name ?? written.name ?? `${protocol.sources.join('-')}-to-${protocol.targets.join('-')}`,
    alsoCalled: {},
    mapped: {},
    placeOf: (domain) => places.get(domain),
  };
}

function readBeside(node: ScalarNode & { readonly value: string }, path: readonly string[], { readFile, problems }: ProtocolContext): MapNode | undefined {
  const folder = folderOf(node.at);
  try {
    return readFile(resolve(folder, node.value));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    problems.push(...(error instanceof ConfigurationError ? error.problems : [problemAt(node.at, path, error.message)]));
    return undefined;
  }
}

function isFile(text: string): boolean {
  return /\.ya?ml$/i.test(text);
}

function namesOf({ name, aliases = [] }: ProtocolDefinition): readonly string[] {
  return [name, ...aliases];
}

const schemas = new WeakMap<object, Schema>();
const withoutOptions = {};

/** Schema of the options of a plugin's protocol; a user's own has none. `domains` maps the protocol's names to keys of `data.domains`. */
function optionsSchema(item: ProtocolDefinition | undefined): Schema {
  const key = item?.options ?? withoutOptions;
  let schema = schemas.get(key);
  if (!schema) {
    const { properties = {}, required = [] } = (item?.options ?? {}) as { properties?: Record<string, Schema>; required?: string[] };
    const optional = required.filter((name) => properties[name]?.['default'] === undefined);
    schema = object(
      { use: { type: 'string' }, ...properties, domains: { type: 'object', additionalProperties: { type: 'string', minLength: 1 } } },
      { required: optional },
    );
    schemas.set(key, schema);
  }
  return schema;
}
