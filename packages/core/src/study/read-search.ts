import { parsePath } from '../configuration/apply-overrides.ts';
import { type ConfigNode, type Entry, type MapNode, type Place, problemAt, toPlain } from '../configuration/config-node.ts';
import { describe } from '../configuration/explain-error.ts';
import { suggestion } from '../configuration/nearest-name.ts';
import type { Problem } from '../contracts/errors.ts';
import { fileNameKey } from '../files/unsafe-name.ts';
import type { SearchRange } from '../search/search-range.ts';
import { searchName } from './find-study-run.ts';
import { setByStudy } from './load-study-run.ts';
import type { StudySearch } from './study-definition.ts';
import type { RangePlace } from './study-nodes.ts';

/** The search of a study as far as it can be understood, and where it stands. */
export interface ReadSearch {
  readonly search?: StudySearch;
  readonly ranges: ReadonlyMap<string, ReadonlyMap<string, RangePlace>>;
  readonly choose?: Place;
  readonly halving?: Place;
}

/** Every key of `search`. */
export const searchKeys = ['trials', 'of', 'choose', 'per', 'seed', 'halving'] as const;
/** Those of `halving`. */
export const halvingKeys = ['from', 'factor'] as const;
export const defaultHalvingFactor = 3;
/** Those that a method has of its own. */
export const ownSearchKeys = ['of'] as const;
/** What a range may be drawn as. */
export const rangeKinds = ['log', 'linear', 'integer', 'choice'] as const;
export const maxTrials = 1000;
/** Over all methods and targets: each is looked for before the first run. */
const maxTrialRuns = 5000;
/** Of draws and trials unless written: none of the seeds that studies usually report. */
export const defaultSearchSeed = 1000;

/**
 * Reads `search`, and what methods have in its place: `methods: { gac: { search: { of: ... } } }` adds ranges, replaces those of the study with the same
 * path, and `null` removes one.
 */
export function readSearch(entry: Entry | undefined, methods: ReadonlyMap<string, MapNode>, problems: Problem[]): ReadSearch {
  const own = [...methods].flatMap(([method, { entries }]) => {
    const search = entries.get('search');
    return search ? [{ method, search }] : [];
  });
  const [first] = own;
  if (!entry) {
    if (first)
      problems.push(problemAt(first.search.at, ['methods', first.method, 'search'], `the study has no 'search', expected it there, with trials and choose`));
    return { ranges: new Map() };
  }
  const refuse: Refuse = (node, path, expected) => problems.push(problemAt(node.at, path, `found ${describe(node)}, expected ${expected}`));
  const { node } = entry;
  if (node.kind !== 'map') {
    refuse(node, ['search'], '{ trials: 20, of: { optimizer.rho: { log: [0.01, 0.5] } }, choose: <metric> }');
    return { ranges: new Map() };
  }
  refuseOthers(node, ['search'], searchKeys, problems);
  const value = (key: (typeof searchKeys)[number]) => node.entries.get(key)?.node;
  const missing = (key: string) => problems.push(problemAt(entry.at, ['search'], `'${key}' is missing, expected it here`));
  const whole = (key: 'trials' | 'seed', least: number, most: number) => wholeNumber(value(key), ['search', key], { least, most }, refuse);
  const trials = whole('trials', 1, maxTrials);
  if (!value('trials')) missing('trials');
  const seed = value('seed') ? (whole('seed', 0, Number.MAX_SAFE_INTEGER) ?? defaultSearchSeed) : defaultSearchSeed;
  const chooseNode = value('choose');
  const choose = chooseNode?.kind === 'scalar' && typeof chooseNode.value === 'string' && chooseNode.value !== '' ? chooseNode.value : undefined;
  if (!chooseNode) missing('choose');
  else if (choose === undefined) refuse(chooseNode, ['search', 'choose'], 'a metric on the held-out share of the source domains');
  const per = perOf(value('per'), refuse);
  const halving = halvingOf(value('halving'), refuse, problems);
  const before = problems.length;
  const ofNode = value('of');
  if (ofNode && ofNode.kind !== 'map') refuse(ofNode, ['search', 'of'], aMap);
  const shared = ofNode?.kind === 'map' ? readRanges(ofNode, ['search', 'of'], true, problems) : new Map<string, PlacedRange>();
  for (const [path, { range, place }] of shared) if (range === undefined) problems.push(problemAt(place.at, ['search', 'of', path], removesNothing));
  const ranges = new Map<string, Map<string, PlacedRange>>();
  for (const method of methods.keys()) ranges.set(method, new Map(shared));
  for (const { method, search } of own) readOwn(method, search, ranges.get(method) as Map<string, PlacedRange>, problems);
  const isEmpty = [...ranges.values()].every((one) => one.size === 0);
  if (isEmpty && problems.length === before)
    problems.push(
      problemAt(ofNode?.at ?? entry.at, ['search', 'of'], `nothing is searched, expected paths with ranges: { optimizer.rho: { log: [0.01, 0.5] } }`),
    );
  const places = new Map([...ranges].map(([method, of]) => [method, new Map([...of].map(([path, { place }]) => [path, place]))]));
  const halvingNode = value('halving');
  const from = halvingNode?.kind === 'map' ? halvingNode.entries.get('from') : undefined;
  const at = { ...(chooseNode ? { choose: chooseNode.at } : {}), ...(from ? { halving: from.node.at } : {}) };
  const of = Object.fromEntries(
    [...ranges].map(([method, own]) => [method, Object.fromEntries([...own].flatMap(([path, { range }]) => (range ? [[path, range]] : [])))]),
  );
  // What is missing is a problem already; the rest is checked all the same.
  return { search: { trials: trials ?? 1, seed, choose: choose ?? '', per, ...(halving ? { halving } : {}), of }, ranges: places, ...at };
}

/** What is wrong with a search for the methods and targets of its study: too many trials, or two searches in one folder. `method`: where it stands. */
export function searchProblems(
  search: StudySearch,
  methods: readonly string[],
  targets: readonly string[],
): { readonly method?: string; readonly message: string }[] {
  const searched = methods.filter((method) => Object.keys(search.of[method] ?? {}).length > 0);
  const runs = searched.length * targets.length * search.trials;
  const folders = new Map<string, string>();
  const collisions = searched.flatMap((method) =>
    [
      ...targets.map((target) => [searchName(method, target), `'${method}' on ${target}`] as const),
      ...(search.per === 'method' ? [[searchName(method), `'${method}'`] as const] : []),
    ].flatMap(([name, what]) => {
      const key = fileNameKey(name);
      const before = folders.get(key);
      folders.set(key, what);
      return before === undefined
        ? []
        : [{ method, message: `the searches of ${before} and of ${what} are both in the folder search/${name}, expected another name of the method` }];
    }),
  );
  return [...(runs > maxTrialRuns ? [{ message: `the search asks for ${runs} runs of trials, expected at most ${maxTrialRuns}` }] : []), ...collisions];
}

type Refuse = (node: ConfigNode, path: readonly string[], expected: string) => void;

const aMap = 'a map of paths to ranges: { optimizer.rho: { log: [0.01, 0.5] } }';
const aRange = '{ log: [from, to] }, { linear: [from, to] }, { integer: [from, to] } or { choice: [...] }';
const removesNothing = `found nothing, expected ${aRange}`;

/** `range` is undefined where `null` stands in its place. */
interface PlacedRange {
  readonly range: SearchRange | undefined;
  readonly place: RangePlace;
}

function readOwn(method: string, { node }: Entry, ranges: Map<string, PlacedRange>, problems: Problem[]): void {
  const path = ['methods', method, 'search'];
  const of = node.kind === 'map' ? node.entries.get('of')?.node : undefined;
  if (node.kind === 'map') refuseOthers(node, path, ownSearchKeys, problems);
  if (of?.kind !== 'map') {
    if (of || node.kind !== 'map' || node.entries.size === 0)
      problems.push(problemAt((of ?? node).at, path, `found ${describe(of ?? node)}, expected { of: ${aMap.replace(/^[^{]*/, '')} }`));
    return;
  }
  for (const [key, placed] of readRanges(of, [...path, 'of'], false, problems)) {
    if (placed.range !== undefined) ranges.set(key, placed);
    else if (!ranges.delete(key)) {
      const known = [...ranges.keys()];
      problems.push(
        problemAt(
          placed.place.at,
          [...path, 'of', key],
          `search.of has no '${key}' to leave out, expected ${known.length > 0 ? `one of ${known.join(', ')}${suggestion(key, known)}` : 'a range'}`,
        ),
      );
    }
  }
}

function readRanges(node: MapNode, path: readonly string[], shared: boolean, problems: Problem[]): Map<string, PlacedRange> {
  const ranges = new Map<string, PlacedRange>();
  for (const [key, entry] of node.entries) {
    const refuse = (message: string, at = entry.at) => problems.push(problemAt(at, [...path, key], message));
    const parsed = parsePath(`${key}=`)?.path;
    if (!parsed || parsed.some((part) => ['__proto__', 'constructor', 'prototype', 'extends'].includes(part)))
      refuse(`'${key}' cannot be searched, expected a path in the experiment, such as optimizer.rho`);
    else {
      const taken = setByStudy(parsed);
      if (taken) refuse(`a search draws ${taken.path}, which the study sets by '${taken.by}', expected another path`);
      else if (inside.some((data) => parsed[0] === 'data' && parsed[1] === data))
        refuse(`a search draws ${key}: which data are read is the study's, expected a setting`);
      else {
        const values: Place[] = [];
        const range = readRange(entry.node, refuse, values);
        if (range !== 'wrong') ranges.set(key, { range, place: { at: entry.at, values, shared } });
      }
    }
  }
  return ranges;
}

/** Parts of `data` that say which samples are trained on and held out: a figure on other samples would not compare. */
const inside = ['source', 'target', 'domains', 'splits', 'holdOut', 'follows'];

function readRange(node: ConfigNode, refuse: (message: string, at?: Place) => void, places: Place[]): SearchRange | 'wrong' | undefined {
  if (node.kind === 'scalar' && node.value === null) return undefined;
  const wrong = (message: string, at: Place): 'wrong' => {
    refuse(message, at);
    return 'wrong';
  };
  if (node.kind !== 'map') return wrong(`found ${describe(node)}, expected ${aRange}`, node.at);
  const [first, second] = [...node.entries];
  if (!first) return wrong(`found an empty map, expected ${aRange}`, node.at);
  const [kind, { at, node: values }] = first;
  if (!(rangeKinds as readonly string[]).includes(kind))
    return wrong(`'${kind}' is not known here, expected one of ${rangeKinds.join(', ')}${suggestion(kind, rangeKinds)}`, at);
  if (second) return wrong(`'${second[0]}' stands beside '${kind}', expected one of ${rangeKinds.join(', ')}`, second[1].at);
  if (values.kind !== 'list') return wrong(`found ${describe(values)}, expected ${kind}: [${kind === 'choice' ? 'a, b, ...' : 'from, to'}]`, values.at);
  places.push(...values.items.map((item) => item.at));
  const plain = values.items.map(toPlain);
  if (kind === 'choice') {
    if (plain.length < 2) return wrong(`found ${plain.length === 0 ? 'nothing' : 'one value'} to choose from, expected two or more`, values.at);
    const seen = plain.map((value) => JSON.stringify(value));
    const again = seen.findIndex((value, i) => seen.indexOf(value) < i);
    if (again >= 0) return wrong(`${seen[again]} stands there twice, expected each value once`, places[again] as Place);
    return { choice: plain };
  }
  const [from, to] = plain;
  for (const [i, value] of plain.entries())
    if (typeof value !== 'number' || !Number.isFinite(value) || (kind === 'integer' && !Number.isSafeInteger(value)))
      return wrong(`found ${describe(values.items[i] as ConfigNode)}, expected a ${kind === 'integer' ? 'whole' : 'finite'} number`, places[i] as Place);
  if (plain.length !== 2 || typeof from !== 'number' || typeof to !== 'number')
    return wrong(`found ${plain.length} values, expected ${kind}: [from, to]`, values.at);
  if (kind === 'log' && Math.min(from, to) <= 0)
    return wrong(`found the number ${Math.min(from, to)}, which has no logarithm, expected numbers > 0, or linear`, places[from <= to ? 0 : 1] as Place);
  if (from === to) return wrong(`from ${from} to ${to} is one value, expected from < to, or the value in the method`, values.at);
  if (from > to) return wrong(`from ${from} to ${to} is the wrong way round, expected [${to}, ${from}]`, values.at);
  return { [kind]: [from, to] } as unknown as SearchRange;
}

function perOf(node: ConfigNode | undefined, refuse: Refuse): StudySearch['per'] {
  if (!node) return 'target';
  const plain = toPlain(node);
  const names = (Array.isArray(plain) ? plain : [plain]).map(String).sort().join();
  if (names === 'method') return 'method';
  if (names !== 'method,protocol')
    refuse(node, ['search', 'per'], '[method, protocol], one choice for each target (a domain that is left out is one too), or [method], one over all of them');
  return 'target';
}

function halvingOf(node: ConfigNode | undefined, refuse: Refuse, problems: Problem[]): StudySearch['halving'] {
  if (!node) return undefined;
  if (node.kind !== 'map') {
    refuse(node, ['search', 'halving'], '{ from: 5, factor: 3 }: trials are compared after 5, 15, ... epochs, and the best third goes on');
    return undefined;
  }
  refuseOthers(node, ['search', 'halving'], halvingKeys, problems);
  const whole = (key: (typeof halvingKeys)[number], least: number) =>
    wholeNumber(node.entries.get(key)?.node, ['search', 'halving', key], { least, most: maxEpochs }, refuse);
  if (!node.entries.has('from'))
    problems.push(problemAt(node.at, ['search', 'halving'], `'from' is missing, expected the epochs after which trials are first compared`));
  return { from: whole('from', 1) ?? 1, factor: whole('factor', 2) ?? defaultHalvingFactor };
}

const maxEpochs = 1e6;

/** Undefined where there is none, or it is refused. */
function wholeNumber(
  node: ConfigNode | undefined,
  path: readonly string[],
  { least, most }: { readonly least: number; readonly most: number },
  refuse: Refuse,
): number | undefined {
  const plain = node && toPlain(node);
  if (typeof plain === 'number' && Number.isInteger(plain) && plain >= least && plain <= most) return plain;
  if (node) refuse(node, path, `a whole number from ${least} to ${most}`);
  return undefined;
}

function refuseOthers(node: MapNode, path: readonly string[], known: readonly string[], problems: Problem[]): void {
  for (const [key, { at }] of node.entries)
    if (!known.includes(key))
      problems.push(
        problemAt(
          at,
          [...path, key],
          `'${key}' is not known here, expected ${known.length === 1 ? '' : 'one of '}${known.join(', ')}${suggestion(key, known)}`,
        ),
      );
}
