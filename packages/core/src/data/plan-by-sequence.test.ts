import { expect, it } from 'vitest';
import type { Sample } from '../contracts/dataset.ts';
import { createSeed } from '../contracts/seed.ts';
import { createEpochPlan, type EpochPlanOptions, type Slot } from './epoch-plan.ts';

/** A domain with so many videos of each label, three frames each. */
function domain(name: string, ...counts: readonly number[]) {
  const frame = (label: number, v: number, f: number): Sample => {
    const id = `${name}/${label}/${v}/${f}`;
    return { id, image: { path: id }, label, split: 'train', video: `${name}/${label}/${v}` };
  };
  const samples = counts.flatMap((count, label) => Array.from({ length: count }, (_, v) => [0, 1, 2].map((f) => frame(label, v, f))).flat());
  return { name, samples };
}
const three = [domain('a', 30, 10), domain('b', 6, 18), domain('c', 12, 12)];
const plan = (sampling: 'shuffle' | 'round-robin', options: Partial<EpochPlanOptions> = {}) =>
  createEpochPlan({ domains: three, perDomain: 4, balance: ['domain', 'label'], sampling, seed: createSeed(7), ...options });
const videos = (slots: readonly Slot[]) => slots.map(({ sample }) => sample.video as string);
const share = (slots: readonly Slot[], of: (slot: Slot) => boolean) => slots.filter(of).length;

it('shuffle: 88 videos are seven steps of 12 and one of 4, each video once', () => {
  const { stepsPerEpoch, epoch } = plan('shuffle');
  expect(stepsPerEpoch).toBe(8);
  expect(epoch(0).map(({ length }) => length)).toEqual([12, 12, 12, 12, 12, 12, 12, 4]);
  expect(new Set(videos(epoch(0).flat())).size).toBe(88);
});

it('shuffle: domains vary from step to step, and a step of 3 lacks one of three domains in most cases', () => {
  const steps = Array.from({ length: 30 }, (_, e) => plan('shuffle', { perDomain: 1 }).epoch(e)).flat();
  expect(steps).toHaveLength(30 * 30);
  const lacking = steps.filter((slots) => new Set(slots.map((slot) => slot.domain)).size < 3).length;
  // With shares of 40, 24 and 24 of 88 all three are there in 6 · 40 · 24 · 24 / (88 · 87 · 86) = 21 % of the full steps.
  expect(lacking / steps.length).toBeGreaterThan(0.72);
  expect(lacking / steps.length).toBeLessThan(0.86);
  expect(share(steps.flat(), (slot) => slot.domain === 0)).toBe(30 * 40);
});

it('round-robin: six lists, the longest of 30: 180 places, each list 30 of them, its videos in turns', () => {
  const { stepsPerEpoch, epoch } = plan('round-robin');
  expect(stepsPerEpoch).toBe(15);
  const all = epoch(0).flat();
  expect(all).toHaveLength(180);
  for (const [d, label] of [0, 1, 2].flatMap((one) => [0, 1].map((two) => [one, two])))
    expect(share(all, (slot) => slot.domain === d && slot.sample.label === label)).toBe(30);
  const times = (video: string) => videos(all).filter((one) => one === video).length;
  // 30 places over 10, 6, 18 and 12 videos: place n is video n mod length.
  expect([times('a/0/29'), times('a/1/9'), times('b/0/5')]).toEqual([1, 3, 5]);
  expect([times('b/1/0'), times('b/1/11'), times('b/1/12'), times('b/1/17')]).toEqual([2, 2, 1, 1]);
  expect([times('c/0/5'), times('c/0/6')]).toEqual([3, 2]);
});

it('round-robin as released: OULU attacks are the longest list of six, 1,440, so that 8,640 samples are 90 steps of 96', () => {
  const domains = [domain('oulu', 1440, 360), domain('casia', 180, 60), domain('replay', 300, 60)];
  expect(plan('round-robin', { domains, perDomain: 32 }).stepsPerEpoch).toBe(90);
  // Without live samples of one domain there are five lists.
  expect(plan('round-robin', { domains: [domain('a', 4, 2), domain('b', 3)], perDomain: 1 }).stepsPerEpoch).toBe(6);
});

it.each(['shuffle', 'round-robin'] as const)('%s: the same plan for the same seed and epoch in any order, another for another; frames vary', (sampling) => {
  const ids = (steps: readonly (readonly Slot[])[]) => steps.flat().map(({ sample }) => sample.id);
  const one = plan(sampling);
  const later = ids(one.epoch(5));
  expect(ids(one.epoch(5))).toEqual(later);
  expect(ids(plan(sampling).epoch(5))).toEqual(later);
  expect(ids(one.epoch(6))).not.toEqual(later);
  expect(ids(plan(sampling, { seed: createSeed(8) }).epoch(5))).not.toEqual(later);
  const frames = Array.from({ length: 30 }, (_, e) => one.epoch(e).flat()).flat();
  for (const f of [0, 1, 2]) expect(share(frames, ({ sample }) => sample.id.endsWith(`/${f}`)) / frames.length).toBeCloseTo(1 / 3, 1);
});

it('with stepsPerEpoch all steps are full: 10 steps of 12 take 88 videos once and 32 of them again', () => {
  const steps = plan('shuffle', { stepsPerEpoch: 10 }).epoch(0);
  expect(steps.map(({ length }) => length)).toEqual(Array(10).fill(12));
  expect(new Set(videos(steps.flat()).slice(0, 88)).size).toBe(88);
  expect(new Set(videos(steps.flat()).slice(88)).size).toBe(32);
  expect(plan('shuffle', { stepsPerEpoch: 2 }).epoch(0).flat()).toHaveLength(24);
});

it('a domain without samples is an error, one label in all is a warning', () => {
  expect(() => plan('shuffle', { domains: [domain('a', 2, 2), domain('empty')] })).toThrow(
    "Cannot draw batches from domain 'empty': it has no samples to train on, expected at least one",
  );
  expect(plan('shuffle', { domains: [domain('a', 2)] }).warnings).toEqual(['All samples of the source domains have label 0: there is nothing to tell apart']);
});
