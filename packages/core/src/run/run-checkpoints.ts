import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Reporter } from '../contracts/reporter.ts';
import type { Weights } from '../contracts/weights.ts';
import { latestCheckpoint, loadCheckpoint, saveCheckpoint } from '../files/checkpoint.ts';
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
  readonly weights: Weights;
}

/** The checkpoints of one run. The last two are kept, so that a damaged file costs little. */
export class RunCheckpoints {
  readonly #options: RunCheckpointsOptions;
  readonly #state: RunState;

  constructor(options: RunCheckpointsOptions) {
    this.#options = options;
    this.#state = runState(options);
  }

  /** Returns the checkpoint's name. */
  async save(saved: SavedPosition): Promise<string> {
    const { folder, classes, identity, weights } = this.#options;
    const { epoch, step } = saved.position;
    const name = `epoch-${String(epoch).padStart(4, '0')}${step === 0 ? '' : `-step-${String(step).padStart(5, '0')}`}`;
    refuseNonFiniteWeights(weights, `checkpoint ${name}`);
    await saveCheckpoint(folder, name, { weights, states: this.#state.save(), values: { ...saved, classes, identity } });
    const others = readdirSync(folder).filter((entry) => !entry.startsWith('.') && entry !== name);
    for (const old of others.sort().slice(0, -1)) rmSync(join(folder, old), { recursive: true, force: true });
    return name;
  }

  /** Restores weights and states from the latest undamaged checkpoint; undefined if there is none. */
  async restoreLatest(reporter: Reporter): Promise<SavedPosition | undefined> {
    const { folder, weights } = this.#options;
    const found = latestCheckpoint(folder);
    if (found?.damaged.length) reporter.warn(`skipped damaged checkpoints in ${folder}: ${found.damaged.join(', ')}`);
    if (!found) return undefined;
    using checkpoint = await loadCheckpoint(found.path);
    restoreWeights(weights, checkpoint.weights, `checkpoint ${checkpoint.name}`);
    this.#state.restore(checkpoint.states);
    reporter.notice(`resuming from ${checkpoint.name}`);
    return checkpoint.values as SavedPosition;
  }
}
