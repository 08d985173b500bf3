import { Ajv } from 'ajv';
import { expect, it } from 'vitest';
import { createCatalogue } from '../configuration/catalogue.ts';
import { studyJsonSchema } from './study-schema.ts';

it('methods hold parts of experiments, and paths', () => {
  const valid = new Ajv({ strict: false }).compile(studyJsonSchema(createCatalogue([])));
  const study = {
    experiment: 'e.yaml',
    methods: { a: { train: { epochs: 3 }, losses: ['cross-entropy'] }, b: { 'optimizer.rho': 0.1 }, c: {} },
    seeds: [0, 1],
  };
  expect(valid(study)).toBe(true);
  for (const wrong of [{ metods: {} }, { seeds: [1, 1] }, { methods: { a: { trian: {} } } }, { methods: { a: { train: { epochs: 'x' } } } }])
    expect(valid(wrong), JSON.stringify(wrong)).toBe(false);
});
