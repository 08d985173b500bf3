import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RecipeExperiments, recipeExperiments, recipes } from './recipe-experiments.ts';

let experiments: RecipeExperiments;
beforeAll(async () => {
  experiments = await recipeExperiments();
});
afterAll(() => experiments[Symbol.dispose]());

describe.each(recipes)('%s', (recipe) => {
  // The whole network once: the other recipes differ only in numbers, for which a small network is enough.
  const network = recipe === 'ocm-to-i' ? 'resnet18' : 'tiny-cnn';

  it(`recommended: takes a step of ERM and one of GAC, reduced (${network}, 2 samples a domain)`, async () => {
    const set = [`model.use=${network}`, 'data.batch.perDomain=2', 'data.holdOut=0.25', 'train.stepsPerEpoch=1', 'train.evaluateEvery=0'];
    const { counts, results } = await experiments.trainReduced('recommended', recipe, set);
    expect(counts).toEqual({ erm: 1, gac: 1 });
    expect(results.evaluation?.deployable).not.toHaveProperty('error');
  });

  it(`released: three steps of ERM and three of GAC, reduced (${network}, batches of 9)`, async () => {
    const { counts } = await experiments.trainReduced('released', recipe, [`model.use=${network}`, 'data.batch.perDomain=3']);
    expect(counts).toEqual({ erm: 3, gac: 3 });
  });
});
