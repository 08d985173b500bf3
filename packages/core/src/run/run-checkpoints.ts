import { join } from 'node:path';
import { Type } from '@sinclair/typebox';
import { cannot } from '../contracts/errors.ts';
import type { Model } from '../contracts/model.ts';
import type { Reporter } from '../contracts/reporter.ts';
import { type Checkpoint, listCheckpoints, loadLatestCheckpoint, saveCheckpoint } from '../files/checkpoint.ts';
import { byName, shapeProblem } from '../files/shape-problem.ts';
import { removeQuietly } from '../files/write-atomically.ts';
import type { Position } from '../training/training-loop.ts';
import { restoreWeights } from './restore-weights.ts';
import type { RunIdentity } from './run-identity.ts';
import { type RunState, refuseNonFiniteWeights, runState, type StatefulParts } from './run-state.ts';

/** How far a run had come when a checkpoint was taken. */
export interface SavedPosition {
  readonly position: Position;
  /** Size of the log in bytes. */
  readonly logBytes: number;
  /** Seconds of training so far. */
  readonly seconds: number;
}

/** What `RunCheckpoints` saves and restores, and where. */
export interface RunCheckpointsOptions extends StatefulParts {
  readonly folder: string;
  /** Names of the classes, stored so that the model can be used without its data. */
  readonly classes: readonly string[];
  /** Of the run: a checkpoint of another is not taken for one of its own. */
  readonly identity: RunIdentity;
  /** Its weights are saved in a file of their own, without those of losses. */
  readonly model: Pick<Model, 'weights'>;
}

/** The checkpoints of one run. The last two are kept, so that a damaged file costs little. */
export class RunCheckpoints {
  readonly #options: RunCheckpointsOptions;
  readonly #state: RunState;
  /** Damaged ones; the next `save` removes them. */
  readonly #refused = new Set<string>();

  constructor(options: RunCheckpointsOptions) {
    this.#options = options;
    this.#state = runState(options);
  }

  /** Returns the checkpoint's name. */
  async save(saved: SavedPosition): Promise<string> {
    const { folder, classes, identity, model, trained } = this.#options;
    const name = nameOf(saved.position);
    refuseNonFiniteWeights(trained.all, `checkpoint ${name}`);
    await saveCheckpoint(folder, name, { weights: model.weights, states: this.#state.save(), values: { ...saved, classes, identity } });
    const all = listCheckpoints(folder);
    // Later ones are of a future that a damaged checkpoint cut off: this run is about to write them again.
    const earlier = all.slice(all.indexOf(name) + 1).filter((other) => !this.#refused.has(other));
    const [kept] = earlier;
    for (const other of all) if (other !== name && other !== kept) removeQuietly(join(folder, other));
    return name;
  }

  /** Restores weights and states from the newest sound checkpoint, and says which were passed over and why; undefined if there is none. */
  async restoreLatest(reporter: Reporter): Promise<SavedPosition | undefined> {
    const { folder, model } = this.#options;
    using checkpoint = await loadLatestCheckpoint(
      folder,
      ({ name, why }) => {
        this.#refused.add(name);
        reporter.warn(`checkpoint ${name} is passed over: ${why}`);
      },
      requirePosition,
    );
    if (!checkpoint) {
      if (this.#refused.size > 0) reporter.warn(`no checkpoint in ${folder} is sound: starting from the beginning`);
      return undefined;
    }
    restoreWeights(model.weights, checkpoint.weights, `checkpoint ${checkpoint.name}`);
    this.#state.restore(checkpoint.states);
    reporter.notice(`resuming from ${checkpoint.name}`);
    return checkpoint.values as SavedPosition;
  }
}

const whole = Type.Integer({ minimum: 0 });

const savedShape = Type.Object({
  position: Type.Object({ epoch: whole, step: whole, counts: byName(whole), stopped: Type.Optional(Type.String()) }),
  logBytes: whole,
  seconds: Type.Number({ minimum: 0 }),
  classes: Type.Array(Type.String()),
});

/** Of the values, those that resuming needs; and the place must be the one in the name, since older checkpoints have no digest of their JSON. */
function requirePosition({ name, values }: Checkpoint): void {
  const problem = shapeProblem(savedShape, values);
  if (problem !== undefined) throw cannot(`resume from ${name}`, `its checkpoint.json is damaged: ${problem}`, 'a place to resume from');
  const { position } = values as SavedPosition;
  if (nameOf(position) !== name)
    throw cannot(
      `resume from ${name}`,
      `its checkpoint.json is damaged: it says epoch ${position.epoch}, step ${position.step}`,
      'the place that its name says',
    );
}

/** `epoch-0004`; within an epoch `epoch-0004-step-00012`. */
export function nameOf({ epoch, step }: Pick<Position, 'epoch' | 'step'>): string {
  return `epoch-${String(epoch).padStart(4, '0')}${step === 0 ? '' : `-step-${String(step).padStart(5, '0')}`}`;
}
