import * as tf from '@tensorflow/tfjs-core';
import { type LoadEngineOptions, loadEngine } from '../src/index.ts';

/** Loads the engine once for each argument, options as JSON, and prints the outcome of each. */
const notices: string[] = [];
const outcomes: unknown[] = [];
for (const argument of process.argv.slice(2)) {
  try {
    const { environment, ...engine } = await loadEngine({ ...(JSON.parse(argument) as LoadEngineOptions), notice: (message) => notices.push(message) });
    outcomes.push({ ...engine, environment });
  } catch (error) {
    outcomes.push({ error: (error as Error).message, name: (error as Error).name });
  }
}
const backend = tf.getBackend();
const squares = backend ? Array.from(tf.square(tf.tensor1d([1, 2, 3])).dataSync()) : [];
const listeners = process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection');
process.stdout.write(`${JSON.stringify({ outcomes, notices, backend, squares, listeners })}\n`);
