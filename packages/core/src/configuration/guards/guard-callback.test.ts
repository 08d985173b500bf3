import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import type { Callback } from '../../contracts/callback.ts';
import type { PluginItem } from '../../contracts/plugin-error.ts';
import { Weights } from '../../contracts/weights.ts';
import { whyNotJson } from './check-value.ts';
import { guardCallback } from './guard-callback.ts';

beforeAll(async () => {
  await loadEngine();
});

const item: PluginItem = { plugin: 'acme', kind: 'callback', name: 'own' };

/** What is said of the weights that a callback offers, or how many they are. */
function offering(taken: unknown): string {
  const guarded = guardCallback({ offers: { name: 'own', take: () => taken } }, item);
  using weights = new Weights({ 'head/kernel': tf.zeros([2, 1]) });
  void guarded.runStarted?.({ steps: 1, weights });
  try {
    const offered = guarded.offers?.take();
    return offered && 'values' in offered ? `${offered.values.size} weights` : 'none';
  } catch (error) {
    return (error as Error).message;
  }
}

const sound = { statistics: 'given', about: 'zeros', facts: { steps: 3 }, [Symbol.dispose]() {} };

it('weights that a callback offers have names and shapes of the run’s own, and can be disposed', () => {
  expect(offering({ ...sound, values: new Map([['head/kernel', tf.zeros([2, 1])]]) })).toBe('1 weights');
  expect(offering({ error: 'too few steps' })).toBe('none');
  expect(offering({ ...sound, values: new Map([['head/kernel', tf.zeros([3])]]) })).toContain(
    "'head/kernel' as a tensor of shape [3], expected the shape of that weight, [2, 1]",
  );
  expect(offering({ ...sound, values: new Map([['body', tf.zeros([1])]]) })).toContain("offers 'body', expected names of the weights of the run");
  expect(offering({ ...sound, values: new Map(), [Symbol.dispose]: undefined })).toContain('an object without [Symbol.dispose]()');
  expect(offering({ ...sound, values: new Map(), facts: { steps: Number.NaN } })).toContain("the fact 'steps' as NaN");
  expect(offering({ ...sound, values: new Map(), statistics: 'own' })).toContain('returns statistics as text "own"');
});

it('a callback that offers weights is still told that the run starts', () => {
  const started: number[] = [];
  const callback: Callback = { runStarted: (event) => void started.push(event.steps), offers: { name: 'own', take: () => ({ error: 'none' }) } };
  using weights = new Weights({});
  void guardCallback(callback, item).runStarted?.({ steps: 7, weights });
  expect(started).toEqual([7]);
});

it('handlers that nothing calls are refused, helpers beside real handlers are not', () => {
  expect(() => guardCallback({ on_step_end() {} }, item)).toThrow('returns on_step_end(), which nothing calls (stepEnded() is meant, perhaps)');
  expect(() => guardCallback({ stepEnded() {}, epochEnd() {} }, item)).toThrow('epochEnd(), which nothing calls (epochEnded() is meant, perhaps)');
  expect(() => guardCallback({ afterBatch() {} }, item)).toThrow('afterBatch(), which nothing calls, expected handlers for runStarted,');
  expect(() => guardCallback({ stepEnded() {}, write() {} }, item)).not.toThrow();
  expect(() => guardCallback({}, item)).not.toThrow();
});

it('what JSON would lose or change is named by its place', () => {
  expect(whyNotJson({ a: [1, 'x', null, true], b: undefined })).toBeUndefined();
  expect(whyNotJson({ a: [1, Number.POSITIVE_INFINITY] })).toBe('.a[1] as Infinity');
  expect(whyNotJson({ a: { b: new Map() } })).toBe('.a.b as an object of Map');
  expect(whyNotJson([undefined])).toBe('[0] as undefined');
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  expect(whyNotJson(circle)).toBe('.self that contain themselves');
});
