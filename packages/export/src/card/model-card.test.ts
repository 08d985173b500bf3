import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { modelCard } from './model-card.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign-card-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('a run of three classes has the figures that it measured, and says why there are none by species', async () => {
  const level = (n: number, accuracy: number) => ({ n, figures: { accuracy, 'balanced|accuracy': { error: 'one class is missing' } } });
  const results = {
    method: 'erm',
    classes: ['live', 'print', 'replay'],
    epochs: 3,
    steps: { erm: 12 },
    checkpoint: 'epoch-0003',
    thresholds: { error: 'a threshold needs two classes, there are 3' },
    evaluation: {
      classes: ['live', 'print', 'replay'],
      figures: { domains: { c: { frame: level(20, 0.25), video: level(10, 0.3) } }, pooled: { frame: level(20, 0.25), video: level(10, 0.3) } },
    },
    seconds: { training: 2, evaluation: 1 },
  };
  writeFileSync(join(folder, 'experiment.yaml'), 'seed: 0\n');
  writeFileSync(join(folder, 'results.json'), JSON.stringify(results));
  const card = await modelCard(folder);
  expect(card).toContain('Tells 3 classes apart: live, print, replay.');
  expect(card).toContain('| target | level | samples | accuracy | balanced\\|accuracy |');
  expect(card).toContain('| c | image | 20 | 0.25 | one class is missing |\n| c | video | 10 | 0.3 | one class is missing |');
  expect(card).toContain('          - { type: "accuracy", name: "accuracy", value: 0.25 }');
  expect(card).toContain('Not known: a run of more than two classes keeps its figures and no score of each image');
  expect(card).toContain('The run fixed no threshold: a threshold needs two classes, there are 3.');
});
