import type { Catalogue } from '../configuration/catalogue.ts';
import { cannot } from '../contracts/errors.ts';
import type { Experiment } from '../contracts/experiment.ts';
import type { Reporter } from '../contracts/reporter.ts';
import type { RecordedRun } from './recorded-run.ts';
import { compareIdentities, type DataFingerprints, type RunIdentity } from './run-identity.ts';

/** What `checkResumed` compares. */
export interface ResumedRun {
  /** The run's folder, for messages. */
  readonly folder: string;
  readonly experiment: Experiment;
  readonly catalogue: Catalogue;
  readonly identity: RunIdentity;
  readonly data: DataFingerprints;
}

/** How a run goes on. */
export interface Continuation {
  /** What is not as it was and may be: `train.epochs is 100 and was 50`. */
  readonly changed: readonly string[];
  /** Set where the run has more epochs now. */
  readonly extended?: { readonly from: number; readonly to: number };
}

/**
 * Whether a run may go on with an experiment and its data as they are now. It may with more epochs, and with other threads, workers and output.
 *
 * @throws UserError that names every setting that is another and may not be, or says which data have changed.
 */
export function checkResumed(recorded: RecordedRun, { folder, experiment, catalogue, identity, data }: ResumedRun, reporter: Reporter): Continuation {
  const what = `resume the run in ${folder}`;
  const {
    settings,
    data: changedData,
    extended,
  } = compareIdentities({ identity: recorded.identity, listed: recorded.listed }, { identity, listed: data }, { experiment, catalogue });
  if (settings.length > 0)
    throw cannot(what, settings.join('; '), 'the settings it was started with (train.epochs may grow; workers, threads and output may change)', {
      exitCode: 2,
    });
  if (changedData.length > 0)
    throw cannot(
      what,
      `its data have changed: ${changedData.join('; ')}`,
      'the data it was started with (where they lie does not matter: --data <domain>=<folder>), or a new run',
    );
  if (!recorded.identity.data && recorded.position) reporter.notice(`${folder} was made before runs knew their data: whether they are the same is not checked`);
  const { position } = recorded;
  if (extended && position?.stopped !== undefined)
    throw cannot(
      what,
      `a callback stopped it after epoch ${position.epoch - 1} (${position.stopped}), so that more epochs change nothing`,
      `train.epochs=${extended.from}`,
      {
        exitCode: 2,
      },
    );
  const { experiment: before } = recorded;
  const changed = [
    ...(extended ? [`train.epochs is ${extended.to} and was ${extended.from}`] : []),
    ...(['workers', 'threads', 'output', 'name'] as const).flatMap((key) =>
      experiment[key] === before[key] ? [] : [`${key} is ${experiment[key] ?? 'not set'} and was ${before[key] ?? 'not set'}`],
    ),
  ];
  return { changed, ...(extended ? { extended } : {}) };
}

/**
 * Whether a run may go on with this engine.
 *
 * @throws UserError where it was trained with another backend, whose numbers differ.
 */
export function checkEngine(was: RunIdentity['engine'], is: NonNullable<RunIdentity['engine']>, folder: string, reporter: Reporter): void {
  if (!was) return;
  if (was.name !== is.name)
    throw cannot(
      `resume the run in ${folder}`,
      `the engine is ${is.name} ${is.version} and was ${was.name} ${was.version}`,
      `${was.name} (gradalign engine doctor)`,
    );
  const differs = [
    ...(was.version === is.version ? [] : [`version ${is.version} and was ${was.version}`]),
    ...(was.threads === is.threads ? [] : [`on ${is.threads} threads and was on ${was.threads}`]),
  ];
  if (differs.length > 0) reporter.notice(`the engine ${is.name} is ${differs.join(', ')}: the last digits may differ from those of a run in one piece`);
}
