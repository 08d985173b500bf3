import * as native from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { smallMetadata, smallModel } from '../test/small-model.ts';
import { loadLiveness } from './load-liveness.ts';
import type { OnnxRuntime } from './onnx-model.ts';

const runtime: OnnxRuntime = native;
const limits = { sharpness: 0, brightness: 0 };

/** 40 x 40 with every level, another one for each seed. */
function picture(seed: number) {
  return { data: Uint8Array.from({ length: 40 * 40 * 3 }, (_, i) => (i * (7 + 2 * seed) + Math.floor(i / 120) * 31) % 256), width: 40, height: 40 };
}

describe('onnxruntime-node as the runtime', () => {
  it('gives the numbers of onnxruntime-web to 1e-5', async () => {
    await using there = await loadLiveness(smallModel(), { limits });
    await using here = await loadLiveness(smallModel(), { limits, runtime });
    for (let seed = 0; seed < 5; seed++) {
      const [expected, found] = [await there.check(picture(seed)), await here.check(picture(seed))];
      expect(found.logit).toBeCloseTo(expected.logit as number, 5);
      expect(found.probability).toBeCloseTo(expected.probability as number, 5);
      expect(found).toMatchObject({ decision: expected.decision, measures: expected.measures, threshold: 0 });
    }
  });

  it('refuses what onnxruntime-web refuses, in the same words', async () => {
    const damaged = smallModel();
    damaged.set(new TextEncoder().encode('Sxb'), new TextDecoder('latin1').decode(damaged).indexOf('Sub'));
    await expect(loadLiveness(damaged, { runtime })).rejects.toThrow('Cannot load the model: the runtime refuses it');
    await expect(loadLiveness(smallModel(smallMetadata, 16), { runtime })).rejects.toThrow('its metadata belong to another model (8 x 8 x 3 is refused');
    await expect(loadLiveness(new Uint8Array(), { runtime })).rejects.toThrow('Cannot read the ONNX file: it is empty');
  });

  it('takes many pictures at once, for two models too, and can be used after another one is let go', async () => {
    await using one = await loadLiveness(smallModel(), { limits, runtime });
    const two = await loadLiveness(smallModel(), { limits, runtime });
    const alone = await one.check(picture(1));
    const together = await Promise.all([1, 1, 1, 1].flatMap(() => [one.check(picture(1)), two.check(picture(1))]));
    for (const { logit } of together) expect(logit).toBe(alone.logit);
    await two[Symbol.asyncDispose]();
    expect(await one.check(picture(1))).toEqual(alone);
  });
});
