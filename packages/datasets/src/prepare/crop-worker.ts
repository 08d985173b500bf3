import { serveTasks } from '../threads/in-workers.ts';
import { cropFace } from './crop-task.ts';

/** A thread that crops one frame after the other. */
serveTasks(cropFace);
