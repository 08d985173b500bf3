import type { Catalogue } from '../configuration/catalogue.ts';
import { changedSettings, portableSettings } from '../configuration/portable-settings.ts';
import { cannot } from '../contracts/errors.ts';
import type { Experiment } from '../contracts/experiment.ts';
import type { Checkpoint } from '../files/checkpoint.ts';
import { asIdentity } from './recorded-run.ts';
import { nameOf } from './run-checkpoints.ts';
import { compareIdentities, describeSetting, type RunIdentity } from './run-identity.ts';
import type { RunResults } from './run-results.ts';

/** What `checkOpened` compares. */
export interface OpenedRun {
  /** The run's folder, for messages. */
  readonly folder: string;
  /** As the run's `experiment.yaml` has it now. */
  readonly experiment: Experiment;
  readonly catalogue: Catalogue;
  readonly results: RunResults | undefined;
}

/**
 * Whether a checkpoint is the one that its name says, of the run that the results are of, and whether the experiment still says what its weights and
 * thresholds stand on: pictures that are normalized in another way, or another run's weights, give scores that no threshold here is for. What older
 * versions did not record is not compared.
 *
 * @throws UserError that names what differs
 */
export function checkOpened(checkpoint: Checkpoint, { folder, experiment, catalogue, results }: OpenedRun): void {
  const what = `open the run ${folder}`;
  const { name, values } = checkpoint;
  const { position, identity } = (values ?? {}) as { readonly position?: { readonly epoch: number; readonly step: number }; readonly identity?: unknown };
  if (position && nameOf(position) !== name)
    throw cannot(what, `checkpoint ${name} says that it is ${nameOf(position)}`, 'checkpoints under their own names (choose another with --checkpoint)');
  const [saved, finished] = [asIdentity(identity), asIdentity(results?.identity)];
  if (saved && finished) {
    const { settings, data } = compareIdentities({ identity: saved }, { identity: finished }, { experiment, catalogue });
    const differs = [...settings, ...data];
    if (differs.length > 0) throw cannot(what, `checkpoint ${name} is of another run than results.json: ${differs.join('; ')}`, 'the checkpoints of one run');
  }
  const recorded = saved ?? finished;
  if (recorded) requireSettings(recorded, what, experiment, catalogue);
}

/** What changes scores, or the samples behind the thresholds. `model.weights` is needed once, before the first step. */
const standsOn = /^\["(?:seed|model|losses|data","(?:image|holdOut|splits))"/;
const initialWeights = '["model","weights"]';

function requireSettings(recorded: RunIdentity, what: string, experiment: Experiment, catalogue: Catalogue): void {
  const changed = changedSettings(recorded.settings, portableSettings(experiment, catalogue), experiment, catalogue);
  const differs = changed.filter(({ path }) => standsOn.test(path) && path !== initialWeights);
  if (differs.length === 0) return;
  throw cannot(what, `its experiment.yaml was edited: ${differs.map(describeSetting).join('; ')}`, 'the settings that it was trained with', { exitCode: 2 });
}
