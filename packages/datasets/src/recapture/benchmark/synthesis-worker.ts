import { workerData } from 'node:worker_threads';
import { serveTasks } from '../../threads/in-workers.ts';
import type { ClipPlan } from './plan.ts';
import { writeClip } from './write-clip.ts';

/** A thread that writes clips of the benchmark. */
const { stage, seed } = workerData as { readonly stage: string; readonly seed: number };
serveTasks((plan: ClipPlan) => writeClip(plan, stage, seed));
