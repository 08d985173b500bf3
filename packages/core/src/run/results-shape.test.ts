import { expect, it } from 'vitest';
import { shapeProblem } from '../files/shape-problem.ts';
import { resultsShape } from './results-shape.ts';

const part = { clips: { train: { live: 2, attack: 3 } }, images: 10, subjects: 2, withoutSubject: 0 };
const results = {
  ...{ method: 'erm', classes: ['attack', 'live'], epochs: 3, steps: { erm: 12 }, checkpoint: 'epoch-0003', seconds: { training: 1, evaluation: 0.5 } },
  identity: { digest: '0a1b', settings: {}, data: { a: { fingerprint: 'f', samples: 10 } } },
  thresholds: { frame: { value: 0.5, from: 'held out' }, video: { value: 0.5 }, scale: 'logit' },
  validation: { hter: null },
  protocol: {
    ...{ sources: ['a'], targets: ['b'], holdOut: 0.1, seed: 0, splits: { source: ['train'], target: ['test'] } },
    ...{ training: { a: part }, heldOut: { a: part }, test: { b: part } },
    checks: { heldOutDisjoint: true, shared: [], targetsDisjoint: true, sharedFiles: [] },
  },
  leftOut: { b: [{ kind: 'no face', what: 'c', why: 'dark', unit: 'clip', label: 1, images: 4 }] },
  extended: [{ about: 'as one run', same: true }],
};

it('what a run writes has the shape, also without what earlier versions did not write', () => {
  expect(shapeProblem(resultsShape, results)).toBeUndefined();
  const { identity: _, protocol: __, leftOut: ___, extended: ____, validation: _____, ...earlier } = results;
  expect(shapeProblem(resultsShape, { ...earlier, thresholds: { error: 'none held out' } })).toBeUndefined();
});

const markup = '`\n<script>alert(1)</script>';
it.each<[string, object]>([
  ['identity/digest', { identity: { ...results.identity, digest: markup } }],
  ['protocol/sources/0', { protocol: { ...results.protocol, sources: [7] } }],
  ['protocol/training/a/images', { protocol: { ...results.protocol, training: { a: { ...part, images: markup } } } }],
  ['protocol/heldOut/a\nb', { protocol: { ...results.protocol, heldOut: { 'a\nb': markup } } }],
  ['protocol/test', { protocol: { ...results.protocol, test: null } }],
  ['thresholds', { thresholds: { ...results.thresholds, scale: markup } }],
  ['leftOut/b/0/what', { leftOut: { b: [{ kind: 'missing', what: null, why: '' }] } }],
])('%s of somebody else is refused where readers rely on it', (path, changed) => {
  expect(shapeProblem(resultsShape, { ...results, ...changed })).toContain(`${path}: Expected`);
});
