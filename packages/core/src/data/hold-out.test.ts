import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Sample } from '../contracts/dataset.ts';
import { createSeed } from '../contracts/seed.ts';
import { holdOut } from './hold-out.ts';

const seed = createSeed(7);
/** `subjects` subjects with two videos of each label and two frames a video. */
const clips = (subjects: number, labels = [0, 1]): Sample[] =>
  Array.from({ length: subjects }, (_, s) =>
    labels.flatMap((label) =>
      [0, 1].flatMap((video) =>
        [0, 1].map(
          (frame): Sample => ({
            id: `${s}/${label}/${video}/${frame}`,
            image: { path: '' },
            label,
            split: 'train',
            subject: `s${s}`,
            video: `${s}-${label}-${video}`,
            frame,
          }),
        ),
      ),
    ),
  ).flat();
const image = (id: number, label: number): Sample => ({ id: String(id), image: { path: '' }, label, split: 'train' });
const subjects = (samples: readonly Sample[]) => new Set(samples.map(({ subject }) => subject));

it('a tenth of 20 subjects is 2 subjects with all their frames, and training has the other 18', () => {
  const { training, heldOut, warning } = holdOut(clips(20), 0.1, seed, 'oulu');
  expect([subjects(heldOut).size, heldOut.length, subjects(training).size, training.length]).toEqual([2, 16, 18, 144]);
  expect([...subjects(heldOut)].filter((subject) => subjects(training).has(subject))).toEqual([]);
  expect(warning).toBeUndefined();
});

it('the seed and the domain choose, the order of the samples does not', () => {
  const chosen = (samples: Sample[], value: number, domain = 'oulu') => [...subjects(holdOut(samples, 0.2, createSeed(value), domain).heldOut)].sort().join();
  const samples = clips(30);
  expect(chosen(samples, 7)).toBe(chosen([...samples].reverse(), 7));
  expect(new Set([chosen(samples, 7), chosen(samples, 8), chosen(samples, 7, 'casia')]).size).toBe(3);
});

it('single images are shared by label: a tenth of 90 attacks and 10 live ones is 9 and 1', () => {
  const samples = Array.from({ length: 100 }, (_, i) => image(i, i % 10 === 0 ? 1 : 0));
  const { heldOut } = holdOut(samples, 0.1, seed, 'x');
  expect([heldOut.filter(({ label }) => label === 0).length, heldOut.filter(({ label }) => label === 1).length]).toEqual([9, 1]);
});

it('a rare label is held out too, one more than the share if need be', () => {
  const samples = Array.from({ length: 100 }, (_, i) => image(i, i < 3 ? 1 : 0));
  const { heldOut, training } = holdOut(samples, 0.05, seed, 'x');
  expect(heldOut.filter(({ label }) => label === 1)).toHaveLength(1);
  expect(heldOut).toHaveLength(6);
  expect(training.filter(({ label }) => label === 1)).toHaveLength(2);
});

it('training keeps the last subject with a label, and the warning says what the held-out share lacks', () => {
  const samples = Array.from({ length: 10 }, (_, i) => image(i, i === 0 ? 1 : 0));
  const { training, heldOut, warning } = holdOut(samples, 0.5, seed, 'msu');
  expect(training.some(({ label }) => label === 1)).toBe(true);
  expect(heldOut.length).toBeGreaterThan(3);
  expect(warning).toBe("Domain 'msu' has too few subjects to hold some out: its held-out share has no samples with label 1");
});

it('a share of 0 holds nothing out; one subject cannot be parted; two subjects are one and one', () => {
  expect(holdOut(clips(3), 0, seed, 'x')).toEqual({ training: clips(3), heldOut: [] });
  expect(holdOut(clips(1), 0.5, seed, 'x')).toEqual({
    training: clips(1),
    heldOut: [],
    warning: "Nothing of domain 'x' is held out: it has one subject only, and at least two are needed",
  });
  const { training, heldOut } = holdOut(clips(2), 0.01, seed, 'x');
  expect([subjects(training).size, subjects(heldOut).size]).toEqual([1, 1]);
});

it('two images of different labels: one is held out, and the warning says what both parts lack', () => {
  const { heldOut, warning } = holdOut([image(0, 0), image(1, 1)], 0.1, seed, 'x');
  expect(heldOut).toHaveLength(1);
  expect(warning).toMatch(
    /^Domain 'x' has too few subjects to hold some out: its held-out share has no samples with label [01], its training share has no samples with label [01]$/,
  );
});

it('whatever the subjects, videos and labels: the parts are disjoint by subject and complete, and neither is empty unless there is one subject only', () => {
  const sample = fc.record({
    subject: fc.option(fc.integer({ min: 0, max: 6 })),
    video: fc.option(fc.integer({ min: 0, max: 9 })),
    label: fc.integer({ min: 0, max: 2 }),
  });
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1, maxLength: 40 }), fc.double({ min: 0.01, max: 0.99, noNaN: true }), (drawn, share) => {
      const samples = drawn.map(
        ({ subject, video, label }, i): Sample => ({
          ...image(i, label),
          ...(subject === null ? {} : { subject: `${subject}` }),
          ...(video === null ? {} : { video: `${video}` }),
        }),
      );
      const key = ({ subject, video, id }: Sample) => (subject === undefined ? (video === undefined ? `i${id}` : `v${video}`) : `s${subject}`);
      const { training, heldOut } = holdOut(samples, share, seed, 'any');
      expect(training.length + heldOut.length).toBe(samples.length);
      const held = new Set(heldOut.map(key));
      expect(training.some((s) => held.has(key(s)))).toBe(false);
      expect(training.length).toBeGreaterThan(0);
      expect(heldOut.length > 0).toBe(new Set(samples.map(key)).size > 1);
    }),
    { numRuns: 300, seed: 1 },
  );
});
