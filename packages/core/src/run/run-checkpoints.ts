import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Callback } from '../contracts/callback.ts';
import type { Optimizer } from '../contracts/optimizer.ts';
import type { Reporter } from '../contracts/reporter.ts';
import type { UpdateRule } from '../contracts/update-rule.ts';
import type { Weights } from '../contracts/weights.ts';
import { latestCheckpoint, loadCheckpoint, saveCheckpoint } from '../files/checkpoint.ts';
import type { Position } from '../training/training-loop.ts';
import { restoreWeights } from './restore-weights.ts';
import { type RunState, refuseNonFiniteWeights, runState } from './run-state.ts';

/** Where a run stood when a checkpoint was taken. */
export interface SavedPosition {
  readonly position: Position;
  /** Size of the log. */
  readonly logBytes: number;
  /** Seconds of training so far. */
  readonly seconds: number;
}

export interface RunCheckpointsOptions {
  readonly folder: string;
  /** Names of the classes: a model that is carried elsewhere needs them. */
  readonly classes: readonly string[];
  readonly weights: Weights;
  readonly optimizer: Optimizer;
  readonly updateRule: UpdateRule;
  readonly callbacks: readonly Callback[];
}

/** Checkpoints of one run: the last two are kept, so that one damaged file costs little. */
export class RunCheckpoints {
  readonly #options: RunCheckpointsOptions;
  readonly #state: RunState;

  constructor(options: RunCheckpointsOptions) {
    this.#options = options;
    this.#state = runState(options);
  }

  /** Returns the checkpoint's name. */
  async save(saved: SavedPosition): Promise<string> {
    const { folder, classes, weights } = this.#options;
    const { epoch, step } = saved.position;
    const name = `epoch-${String(epoch).padStart(4, '0')}${step === 0 ? '' : `-step-${String(step).padStart(5, '0')}`}`;
    refuseNonFiniteWeights(weights, `checkpoint ${name}`);
    await saveCheckpoint(folder, name, { weights, states: this.#state.save(), values: { ...saved, classes } });
    const others = readdirSync(folder).filter((entry) => !entry.startsWith('.') && entry !== name);
    for (const old of others.sort().slice(0, -1)) rmSync(join(folder, old), { recursive: true, force: true });
    return name;
  }

  /** Puts weights and states back; undefined where nothing was saved yet. */
  async restoreLatest(reporter: Reporter): Promise<SavedPosition | undefined> {
    const { folder, weights } = this.#options;
    const found = latestCheckpoint(folder);
    if (found?.damaged.length) reporter.warn(`passed over damaged checkpoints in ${folder}: ${found.damaged.join(', ')}`);
    if (!found) return undefined;
    using checkpoint = await loadCheckpoint(found.path);
    restoreWeights(weights, checkpoint.weights, `checkpoint ${checkpoint.name}`);
    this.#state.restore(checkpoint.states);
    reporter.notice(`going on from ${checkpoint.name}`);
    return checkpoint.values as SavedPosition;
  }
}
