import { type ConfigNode, type Entry, type MapNode, type Place, problemAt, toPlain, useOf } from './config-node.ts';
import { describe } from './explain-error.ts';
import { type FoundProtocol, findProtocol, ownProtocols, type ProtocolContext } from './find-protocol.ts';
import { suggestion } from './nearest-name.ts';

/** The keys of `data` that set by hand what a protocol sets. */
const byHand = ['source', 'target', 'leaveOut'];

/**
 * Replaces `data.protocol` and `data.domains` by what an experiment without a protocol has: `data.source`, `data.target`, `data.splits` and
 * `data.holdOut`, with the protocol's name in `data.follows`. Splits and share that the experiment sets itself win, with a warning.
 */
export function applyProtocol(root: MapNode, context: ProtocolContext, warnings: string[]): MapNode {
  const { problems } = context;
  const own = ownProtocols(root.entries.get('protocols')?.node, context);
  const top = without(root, ['protocols']);
  const data = top.entries.get('data');
  if (data?.node.kind !== 'map') return top;
  const asked = data.node.entries.get('protocol');
  const domains = data.node.entries.get('domains');
  if (!asked && !domains) return top;
  const rest = without(data.node, ['protocol', 'domains']);
  const done = (node: MapNode): MapNode => ({ ...top, entries: new Map(top.entries).set('data', { ...data, node }) });

  const before = problems.length;
  const also = byHand.flatMap((key) => rest.entries.get(key) ?? []);
  for (const key of byHand) {
    const entry = rest.entries.get(key);
    if (entry && asked)
      problems.push(problemAt(entry.at, ['data', key], `data.protocol already sets this, expected either '${key}' or a protocol with data.domains`));
  }
  if (!asked && domains)
    problems.push(problemAt(domains.at, ['data', 'domains'], `no protocol takes its domains from here, expected data.protocol too, or data.source instead`));
  if (domains && domains.node.kind !== 'map')
    problems.push(problemAt(domains.node.at, ['data', 'domains'], `found ${describe(domains.node)}, expected domains by name`));
  const there = domains?.node.kind === 'map' ? domains.node.entries : new Map<string, Entry>();
  const found = asked && findProtocol(asked.node, own, context);
  if (found && !domains && also.length === 0) {
    const names = [...found.sources, ...found.targets];
    problems.push(problemAt(asked.node.at, ['data', 'protocol'], `'data.domains' is missing, expected it with ${names.join(', ')}: where each of them is`));
  }
  const parts = found && domains && problems.length === before ? arrange(found, there, domains.at, context) : undefined;
  if (found && parts) return done(fill(rest, found, parts, asked.node.at, warnings));
  // Something is wrong: the domains themselves are checked all the same.
  return done(also.length > 0 ? without(rest, ['leaveOut']) : put(rest, 'source', { kind: 'map', at: rest.at, entries: there }, rest.at));
}

/**
 * A file that sets its domains by hand overrules the protocol of a file it extends, and the other way round: recipes name the protocol that they were
 * published for. Both in one file are a mistake.
 */
export function overrule(extended: MapNode, own: MapNode): MapNode {
  const [above, data] = [extended.entries.get('data'), own.entries.get('data')?.node];
  if (above?.node.kind !== 'map' || data?.kind !== 'map') return extended;
  const says = (keys: readonly string[]) => keys.some((key) => data.entries.has(key));
  const gone = says(['protocol']) && !says(byHand) ? byHand : says(byHand) && !says(['protocol', 'domains']) ? ['protocol', 'domains', 'follows'] : [];
  return gone.length === 0 ? extended : { ...extended, entries: new Map(extended.entries).set('data', { ...above, node: without(above.node, gone) }) };
}

interface Parts {
  readonly source: ReadonlyMap<string, Entry>;
  readonly target: ReadonlyMap<string, Entry>;
}

/** The entries of `data.domains` for the protocol's domains. */
function arrange(protocol: FoundProtocol, there: ReadonlyMap<string, Entry>, at: Place, { problems }: ProtocolContext): Parts | undefined {
  const before = problems.length;
  const keys = [...there.keys()];
  const pick = (names: readonly string[], does: string) =>
    new Map(
      names.flatMap((name): [string, Entry][] => {
        const key = keyOf(name, protocol, there);
        const entry = typeof key === 'string' ? there.get(key) : undefined;
        if (typeof key === 'string' && entry) return [[key, entry]];
        const place = protocol.placeOf(name);
        const path = place ? 'data.protocol' : 'data.domains';
        const wanted = (Object.hasOwn(protocol.mapped, name) ? protocol.mapped[name] : undefined) ?? name;
        const others = (Object.hasOwn(protocol.alsoCalled, name) ? protocol.alsoCalled[name] : undefined) ?? [];
        const message =
          typeof key === 'string'
            ? `there is no domain '${wanted}', which protocol '${protocol.name}' ${does}; expected it under this key${others.length > 0 && wanted === name ? ` (or ${others.join(', ')})` : ''}, beside ${keys.join(', ') || 'nothing else'}${suggestion(wanted, keys)}`
            : `${key.join(' and ')} may both be '${name}', which protocol '${protocol.name}' ${does}; expected protocol: { use: ${protocol.name}, domains: { ${name}: ${key[0]} } }`;
        problems.push(problemAt(place ?? at, path, message));
        return [];
      }),
    );
  const source = pick(protocol.sources, 'trains on');
  const target = pick(protocol.targets, 'tests on');
  for (const name of Object.keys(protocol.mapped)) {
    const known = [...protocol.sources, ...protocol.targets];
    if (!known.includes(name) && !Object.hasOwn(protocol.alsoCalled, name))
      problems.push(
        problemAt(
          at,
          ['data', 'protocol', 'domains', name],
          `protocol '${protocol.name}' names no domain '${name}', expected one of ${known.join(', ')}${suggestion(name, known)}`,
        ),
      );
  }
  return problems.length === before ? { source, target } : undefined;
}

/** The key of a domain: the one the user gave, its name, another name for it, or the data set that it uses, whichever exists first; all keys where several fit. */
function keyOf(name: string, { mapped, alsoCalled }: FoundProtocol, there: ReadonlyMap<string, Entry>): string | readonly string[] {
  const told = Object.hasOwn(mapped, name) ? mapped[name] : undefined;
  if (told !== undefined) return told;
  if (there.has(name)) return name;
  const others = (Object.hasOwn(alsoCalled, name) ? alsoCalled[name] : undefined) ?? [];
  const called = others.filter((other) => there.has(other));
  const using = [...there].flatMap(([key, { node }]) => (others.includes(useOf(node) ?? '') ? [key] : []));
  const [first, ...more] = called.length > 0 ? called : using;
  return first === undefined ? name : more.length > 0 ? [first, ...more] : first;
}

/** Sets what the experiment does not set itself. */
function fill(data: MapNode, { name, splits, holdOut }: FoundProtocol, { source, target }: Parts, at: Place, warnings: string[]): MapNode {
  const unlessStated = (map: MapNode, path: readonly [string, ...string[]], value: unknown, above: readonly string[] = []): MapNode => {
    const [key, next] = path;
    const there = map.entries.get(key)?.node;
    if (!there && next === undefined) return put(map, key, nodeOf(value, at), at);
    if (next !== undefined) {
      const inner: ConfigNode = there ?? { kind: 'map', at, entries: new Map() };
      return inner.kind === 'map' ? put(map, key, unlessStated(inner, [next], value, [...above, key]), at) : map;
    }
    const own = JSON.stringify(there && toPlain(there));
    if (own !== JSON.stringify(value))
      warnings.push(`data.${[...above, key].join('.')} is ${own} where protocol '${name}' says ${JSON.stringify(value)}: this run departs from the protocol`);
    return map;
  };
  let filled = put(data, 'source', { kind: 'map', at, entries: source }, at);
  filled = put(filled, 'target', { kind: 'map', at, entries: target }, at);
  filled = put(filled, 'follows', nodeOf(name, at), at);
  filled = unlessStated(filled, ['splits', 'source'], splits.source);
  filled = unlessStated(filled, ['splits', 'target'], splits.target);
  return unlessStated(filled, ['holdOut'], holdOut);
}

function put(map: MapNode, key: string, node: ConfigNode, at: Place): MapNode {
  return { ...map, entries: new Map(map.entries).set(key, { at, node }) };
}

function without(map: MapNode, keys: readonly string[]): MapNode {
  return { ...map, entries: new Map([...map.entries].filter(([key]) => !keys.includes(key))) };
}

function nodeOf(value: unknown, at: Place): ConfigNode {
  if (Array.isArray(value)) return { kind: 'list', at, items: value.map((one) => nodeOf(one, at)) };
  return { kind: 'scalar', at, value: value as string | number };
}
