import * as tf from '@tensorflow/tfjs-core';

/**
 * Runs `body` and returns the peak size in bytes of the engine's buffers during it, beyond those at its start. A clone shares its buffer and is not
 * counted (`tf.memory().numBytes` counts it twice).
 */
export function peakBytes(body: () => void): number {
  const { tensorInfo } = tf.engine().state;
  let [now, peak] = [0, 0];
  const watched: Pick<typeof tensorInfo, 'set' | 'delete'> = {
    set(id, info) {
      now += info.bytes;
      peak = Math.max(peak, now);
      return WeakMap.prototype.set.call(tensorInfo, id, info) as typeof tensorInfo;
    },
    delete(id) {
      now -= tensorInfo.get(id)?.bytes ?? 0;
      return WeakMap.prototype.delete.call(tensorInfo, id);
    },
  };
  Object.assign(tensorInfo, watched);
  try {
    body();
  } finally {
    for (const name of Object.keys(watched)) Reflect.deleteProperty(tensorInfo, name);
  }
  return peak;
}
