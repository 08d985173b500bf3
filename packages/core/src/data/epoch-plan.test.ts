import { expect, it } from 'vitest';
import type { Sample } from '../contracts/dataset.ts';
import { createSeed } from '../contracts/seed.ts';
import { createEpochPlan, type EpochPlanOptions, type Slot } from './epoch-plan.ts';

/** `counts[label]` videos of each label, each of `frames` frames; frames = 0: images that belong to no video. */
function domain(name: string, counts: readonly number[], frames = 1) {
  const samples = counts.flatMap((count, label) =>
    Array.from({ length: count }, (_, v) =>
      Array.from({ length: Math.max(1, frames) }, (_, frame): Sample => {
        const id = `${name}/${label}/${v}/${frame}`;
        return { id, image: { path: id }, label, split: 'train', ...(frames > 0 ? { video: `${label}/${v}` } : {}) };
      }),
    ).flat(),
  );
  return { name, samples };
}

const plan = (domains: EpochPlanOptions['domains'], options: Partial<EpochPlanOptions> = {}) =>
  createEpochPlan({ domains, perDomain: 4, balance: ['domain', 'label'], seed: createSeed(7), ...options });
const count = (slots: readonly Slot[], is: (slot: Slot) => boolean) => slots.filter(is).length;
const ids = (steps: readonly (readonly Slot[])[]) => steps.map((slots) => slots.map(({ sample }) => sample.id));

const three = [domain('a', [30, 10], 3), domain('b', [6, 18], 3), domain('c', [12, 12], 3)];

it('each step has 4 of each domain, 2 of each label; 88 videos are 8 steps of 12', () => {
  const { stepsPerEpoch, epoch, warnings } = plan(three);
  expect(stepsPerEpoch).toBe(8);
  expect(epoch(0)).toHaveLength(8);
  for (const slots of epoch(0)) {
    for (const d of [0, 1, 2]) for (const label of [0, 1]) expect(count(slots, (slot) => slot.domain === d && slot.sample.label === label)).toBe(2);
  }
  expect(warnings).toEqual([]);
});

it('the domain of a slot is the one its sample comes from', () => {
  const slots = plan(three).epoch(0).flat();
  expect(slots).toHaveLength(8 * 12);
  for (const { sample, domain: d } of slots) expect(sample.id.startsWith(['a', 'b', 'c'][d] as string)).toBe(true);
});

it('no video comes twice before all of its domain and label have come once', () => {
  const drawn = plan(three).epoch(3).flat();
  const videos = (name: string, label: number) => drawn.flatMap(({ sample }) => (sample.id.startsWith(`${name}/${label}/`) ? [sample.video] : []));
  // 16 draws from each pool: 30 last; 6 come 3, 3, 3, 3, 2, 2 times; 10 come once, then 6 of them again.
  expect(new Set(videos('a', 0)).size).toBe(16);
  expect(new Set(videos('b', 0).slice(0, 6)).size).toBe(6);
  expect(new Set(videos('b', 0).slice(6, 12)).size).toBe(6);
  expect(new Set(videos('a', 1).slice(0, 10)).size).toBe(10);
});

it('no step has a video twice where there are enough, also where a pool is shuffled anew within a step', () => {
  const { epoch } = plan([domain('a', [5, 7])], { perDomain: 8, stepsPerEpoch: 200 });
  const steps = epoch(0);
  expect(steps).toHaveLength(200);
  for (const slots of steps) expect(new Set(slots.map(({ sample }) => sample.video)).size).toBe(8);
});

it('a video shows one random frame: over 300 epochs each of 3 frames about 100 times', () => {
  const { epoch } = plan([domain('a', [1], 3)], { perDomain: 1 });
  const frames = Array.from({ length: 300 }, (_, n) => epoch(n)[0]?.[0]?.sample.id.at(-1));
  for (const frame of ['0', '1', '2']) expect(Math.abs(frames.filter((f) => f === frame).length - 100)).toBeLessThan(30);
});

it('images without a video stand for themselves', () => {
  expect(plan([domain('a', [10, 10], 0)]).stepsPerEpoch).toBe(5);
  expect(
    new Set(
      plan([domain('a', [10, 10], 0)])
        .epoch(0)
        .flat()
        .map(({ sample }) => sample.id),
    ).size,
  ).toBe(20);
});

it('is the same for the same seed and epoch, and another for others', () => {
  const first = ids(plan(three).epoch(5));
  expect(ids(plan(three).epoch(5))).toEqual(first);
  expect(ids(plan(three).epoch(4))).not.toEqual(first);
  expect(ids(plan(three, { seed: createSeed(8) }).epoch(5))).not.toEqual(first);
});

it('five samples of two labels are 3 and 2, then 2 and 3; the domains take turns', () => {
  const { epoch } = plan([domain('a', [40, 40]), domain('b', [40, 40])], { perDomain: 5 });
  const of = (slots: readonly Slot[] | undefined, d: number) => count(slots ?? [], (slot) => slot.domain === d && slot.sample.label === 0);
  expect(
    epoch(0)
      .slice(0, 4)
      .map((slots) => [of(slots, 0), of(slots, 1)]),
  ).toEqual([
    [3, 2],
    [2, 3],
    [3, 2],
    [2, 3],
  ]);
});

it('ten classes in a part of 16: each has 1 or 2, and over 10 steps 16', () => {
  const { epoch } = plan([domain('mnist', Array(10).fill(50))], { perDomain: 16, stepsPerEpoch: 10 });
  const counts = epoch(0).map((slots) => Array.from({ length: 10 }, (_, label) => count(slots, ({ sample }) => sample.label === label)));
  expect(counts.flat().every((n) => n === 1 || n === 2)).toBe(true);
  expect(counts.every((of) => of.reduce((a, b) => a + b) === 16)).toBe(true);
  expect(Array.from({ length: 10 }, (_, label) => counts.reduce((sum, of) => sum + (of[label] as number), 0))).toEqual(Array(10).fill(16));
});

it('without balance over labels they come as they are: of 30 attacks and 10 live ones a quarter is live', () => {
  const { epoch, stepsPerEpoch } = plan(three.slice(0, 1), { balance: ['domain'] });
  expect(stepsPerEpoch).toBe(10);
  expect(count(epoch(0).flat(), ({ sample }) => sample.label === 1)).toBe(10);
});

it('without balance over domains a step is a plain part of all videos', () => {
  const { epoch, stepsPerEpoch } = plan([domain('large', [100]), domain('small', [2])], { balance: [] });
  expect(stepsPerEpoch).toBe(13);
  const steps = epoch(0);
  expect(steps.every((slots) => slots.length === 8)).toBe(true);
  expect(count(steps.flat().slice(0, 102), ({ domain: d }) => d === 1)).toBe(2);
  expect(steps.some((slots) => count(slots, ({ domain: d }) => d === 1) === 0)).toBe(true);
  const labeled = plan(three, { balance: ['label'] }).epoch(0);
  expect(labeled).toHaveLength(8);
  for (const slots of labeled) expect(count(slots, ({ sample }) => sample.label === 1)).toBe(6);
});

it('stepsPerEpoch may be given', () => {
  expect(plan(three, { stepsPerEpoch: 3 }).epoch(0)).toHaveLength(3);
});

it('a domain of one label fills its part with that, and a warning says so', () => {
  const { epoch, warnings } = plan([domain('casia', [10, 10]), domain('msu', [10])]);
  expect(count(epoch(0)[0] ?? [], (slot) => slot.domain === 1 && slot.sample.label === 0)).toBe(4);
  expect(warnings).toEqual(["Domain 'msu' has no samples with label 1: its part of a batch cannot be balanced"]);
  expect(plan([domain('a', [10])]).warnings).toEqual(['All samples of the source domains have label 0: there is nothing to tell apart']);
});

it('a domain of fewer videos than its part repeats them within the batch, and a warning says so', () => {
  const { epoch, warnings } = plan([domain('tiny', [1, 3])]);
  expect(warnings).toEqual(["A step takes 2 videos with label 0 of domain 'tiny', which has 1: they repeat within a batch"]);
  expect(
    epoch(0)[0]
      ?.map(({ sample }) => sample.id)
      .slice(0, 2),
  ).toEqual(['tiny/0/0/0', 'tiny/0/0/0']);
});

it('a domain without samples, and no domain, are errors', () => {
  expect(() => plan([domain('casia', [1, 1]), domain('msu', [])])).toThrow(
    "Cannot draw batches from domain 'msu': it has no samples to train on, expected at least one",
  );
  expect(() => plan([])).toThrow('Cannot draw batches: there is no source domain, expected at least one');
});
