import { existsSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Catalogue } from '../configuration/catalogue.ts';
import { renderPath } from '../configuration/config-node.ts';
import { UserError } from '../contracts/errors.ts';
import type { Experiment } from '../contracts/experiment.ts';
import type { Reporter } from '../contracts/reporter.ts';
import { recordProtocol } from '../data/protocol-record.ts';
import type { Domains } from '../data/read-domains.ts';
import { readCheckpointValues } from '../files/checkpoint.ts';
import { asIdentity } from './recorded-run.ts';
import type { RunPaths } from './run-folder.ts';
import { compareIdentities, type RunIdentity } from './run-identity.ts';
import { type RunResults, readRunResults } from './run-results.ts';

/** What `findFinished` compares results with. */
export interface AskedRun {
  readonly experiment: Experiment;
  readonly catalogue: Catalogue;
  readonly identity: RunIdentity;
  readonly domains: Domains;
  /** Set where the run goes on with more epochs than it was started with. */
  readonly extended?: unknown;
  readonly reporter: Reporter;
}

/** The results in a run's folder where they are those of this run; others are set aside, with a warning. Undefined where there are none, or more epochs are asked for. */
export function findFinished(paths: RunPaths, asked: AskedRun): RunResults | undefined {
  const results = readRunResults(paths.results);
  if (!results) return undefined;
  const strange = strangeness(results, paths, asked);
  if (strange === undefined) return asked.extended ? undefined : results;
  const aside = setResultsAside(paths.results, 'results-of-another-run.json');
  asked.reporter.warn(`${paths.results} is not of this run: ${strange}; it is now ${aside}, and the run goes on`);
  return undefined;
}

/** Why results are not those of this run; undefined where they are. */
export function strangeness(
  results: RunResults,
  paths: Pick<RunPaths, 'checkpoints'>,
  { experiment, catalogue, identity, domains, extended }: AskedRun,
): string | undefined {
  const own = asIdentity(results.identity);
  if (own) {
    const { settings, data, extended: more } = compareIdentities({ identity: own }, { identity }, { experiment, catalogue });
    return [...settings, ...data, ...(more && !extended ? [`it was started with ${more.from} epochs`] : [])][0];
  }
  // Made before results said whose they are.
  const { method, protocol, epochs, checkpoint, steps } = results;
  if (method !== experiment.optimizer.use) return `its method is ${method}`;
  if (typeof epochs !== 'number' || epochs > experiment.train.epochs) return `it is of ${epochs} epochs`;
  const counted = protocol && difference(protocol, JSON.parse(JSON.stringify(recordProtocol(experiment, domains))) as unknown);
  if (counted !== undefined) return `${counted} is another`;
  const saved = join(paths.checkpoints, String(checkpoint));
  if (!existsSync(join(saved, 'checkpoint.json'))) return undefined;
  const counts = countsIn(saved);
  return counts === undefined || difference(steps, counts) === undefined ? undefined : `its steps are not those of checkpoint ${checkpoint}`;
}

/** The steps that a checkpoint says were taken; undefined where it is damaged. */
function countsIn(checkpoint: string): unknown {
  try {
    return (readCheckpointValues(checkpoint) as { readonly position?: { readonly counts?: unknown } } | null)?.position?.counts;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** Renames results within their folder; returns the new name. */
export function setResultsAside(results: string, name: string): string {
  if (existsSync(results)) renameSync(results, join(dirname(results), name));
  return name;
}

/** The first place at which two plain values differ; what only the second one has is no difference. */
function difference(was: unknown, is: unknown, path: readonly string[] = []): string | undefined {
  if (typeof was !== 'object' || was === null) return was === is ? undefined : renderPath(path) || 'it';
  if (typeof is !== 'object' || is === null) return renderPath(path) || 'it';
  for (const [key, value] of Object.entries(was)) {
    const found = difference(value, (is as Record<string, unknown>)[key], [...path, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}
