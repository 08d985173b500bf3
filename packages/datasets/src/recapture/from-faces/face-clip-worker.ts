import { workerData } from 'node:worker_threads';
import { serveTasks } from '../../threads/in-workers.ts';
import type { FaceClip } from './plan-clips.ts';
import { type FaceClipSettings, writeFaceClip } from './write-face-clip.ts';

/** A thread that photographs clips. */
serveTasks((clip: FaceClip) => writeFaceClip(clip, workerData as FaceClipSettings));
