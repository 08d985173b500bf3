import { parsePath, placedOverride } from '../configuration/apply-overrides.ts';
import { type ConfigNode, type MapNode, nodeAt, type Place, problemAt, renderPath, toPlain } from '../configuration/config-node.ts';
import { type LoadedExperiment, type LoadOptions, loadChangedExperiment } from '../configuration/load-experiment.ts';
import { ConfigurationError, type Problem } from '../contracts/errors.ts';
import type { Settings } from '../search/search-range.ts';
import { type Change, changeExperiment } from './change-experiment.ts';
import type { Study } from './study-definition.ts';
import { nodeOf, nodesOf } from './study-nodes.ts';

/** Which run of a study. */
export interface WhichRun {
  /** Undefined: the experiment as it is, without a method. */
  readonly method: string | undefined;
  readonly target: string;
  readonly seed: number;
  /** What a search has drawn or chosen, by path: it comes after the method. */
  readonly settings?: Settings;
}

/** The experiment of one run of a study. */
export interface LoadedStudyRun extends LoadedExperiment {
  /** Paths of values that a block of the method took over from the experiment. */
  readonly inherited: readonly string[];
}

/**
 * Loads the experiment of one run: seed and target of the study, then what the method sets, then what a search has drawn, then the options' `set`, which may
 * not change seed and target. Its warnings name what a default replaced.
 *
 * @throws ConfigurationError with every problem at once, at its place in the study or in the experiment.
 */
export async function loadStudyRun(study: Study, { method, target, seed, settings = {} }: WhichRun, options: LoadOptions): Promise<LoadedStudyRun> {
  requireOwnSeedAndTarget(options);
  const { methods, targets, ranges, at } = nodesOf(study);
  const node = method === undefined ? undefined : methods.get(method);
  const targetAt = targets.get(target) ?? at;
  const scalar = (value: string | number, place: Place): ConfigNode => ({ kind: 'scalar', at: place, value });
  const ours: Change[] = [
    { path: ['seed'], at, node: scalar(seed, at) },
    { path: ['data', study.protocols ? 'protocol' : 'leaveOut'], at: targetAt, node: scalar(target, targetAt) },
  ];
  const drawn = Object.entries(settings).map(([key, value]): Change => {
    const place = (method === undefined ? undefined : ranges.get(method)?.get(key)?.at) ?? at;
    return { path: parsePath(`${key}=`)?.path ?? [key], at: place, node: nodeOf(value, place) };
  });
  let inherited: readonly string[] = [];
  let dropped: readonly { readonly path: readonly string[]; readonly value: unknown }[] = [];
  const loaded = await loadChangedExperiment(study.experiment, options, (root) => {
    const changed = changeExperiment(root, [...ours, ...(node && method !== undefined ? changesOf(method, node).changes : []), ...drawn]);
    inherited = changed.inherited;
    dropped = changed.dropped.map((path) => ({ path, value: toPlain(nodeAt(root, path).node) }));
    return changed.root;
  });
  const replaced = dropped.flatMap(({ path, value }) => {
    const now = valueAt(loaded.experiment, path);
    if (now === undefined || JSON.stringify(now) === JSON.stringify(value)) return [];
    return [
      `method '${method}': ${renderPath(path)} is ${JSON.stringify(now)}, a default, where the experiment has ${JSON.stringify(value)} for another item; write it in the method if that is not meant`,
    ];
  });
  return { ...loaded, inherited, warnings: [...loaded.warnings, ...replaced] };
}

/** The changes of a method, in order, and what is wrong with its keys: no path, or one that the study itself sets. */
export function changesOf(method: string, node: MapNode): { readonly changes: readonly Change[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const changes: Change[] = [];
  for (const [key, { at, node: value }] of node.entries) {
    // Of the study, not of the experiment.
    if (key === 'search') continue;
    const path = parsePath(`${key}=`)?.path;
    const refuse = (message: string, place = at) => problems.push(problemAt(place, ['methods', method, key], message));
    if (!path || path.some((part) => ['__proto__', 'constructor', 'prototype', 'extends'].includes(part)))
      refuse(`'${key}' cannot be set, expected a path in the experiment, such as optimizer.rho`);
    else {
      const taken = takenBy(path, value);
      if (taken) refuse(`a method sets ${taken.path}, which the study sets by '${taken.by}', expected it there`, taken.at ?? at);
      else changes.push({ path, at, node: value });
    }
  }
  return { changes, problems };
}

/** What the study sets itself, by its own keys. */
const taken = [
  { path: 'seed', by: 'seeds' },
  { path: 'data.leaveOut', by: 'leaveOut' },
  { path: 'data.protocol', by: 'protocols' },
] as const;

/** Throws where `--set` would give every run the same seed or target, or take them away, under names that say otherwise. */
function requireOwnSeedAndTarget({ set = [] }: LoadOptions): void {
  const problems = set.flatMap((override) => {
    const { text, at } = placedOverride(override);
    const path = parsePath(text)?.path ?? [];
    const by = path.length > 0 ? setByStudy(path) : undefined;
    return by ? [problemAt(at, path, `this sets ${by.path}, which the study sets by '${by.by}', expected it there`)] : [];
  });
  if (problems.length > 0) throw new ConfigurationError(problems);
}

/** Which key of the study sets a path, so that neither a method nor a search may; undefined where none does. */
export function setByStudy(path: readonly string[]): { readonly path: string; readonly by: string } | undefined {
  const written = path.join('.');
  return taken.find((one) => one.path === written || one.path.startsWith(`${written}.`) || written.startsWith(`${one.path}.`));
}

function takenBy(path: readonly string[], value: ConfigNode): { readonly path: string; readonly by: string; readonly at?: Place } | undefined {
  const written = path.join('.');
  for (const one of taken) {
    if (one.path === written) return one;
    const inside = value.kind === 'map' && one.path.startsWith(`${written}.`) ? value.entries.get(one.path.slice(written.length + 1)) : undefined;
    if (inside) return { ...one, at: inside.at };
  }
  return undefined;
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[key] : undefined), value);
}
