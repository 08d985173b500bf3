import { expect, it } from 'vitest';
import { createCatalogue } from '../configuration/catalogue.ts';
import type { Experiment } from '../contracts/experiment.ts';
import type { Checkpoint } from '../files/checkpoint.ts';
import { checkOpened } from './check-opened.ts';
import { identifyRun } from './run-identity.ts';
import type { RunResults } from './run-results.ts';

const catalogue = createCatalogue([]);

function experimentWith({ mean = 0.5, seed = 7, epochs = 4, rate = 0.1 }): Experiment {
  return {
    plugins: [],
    seed,
    data: { source: {}, target: {}, holdOut: 0.25, image: { size: 32, mean: [mean], std: [0.5] } },
    model: { use: 'tiny', weights: '/gone.safetensors' },
    losses: [{ use: 'cross-entropy' }],
    optimizer: { use: 'erm', base: { use: 'sgd', learningRate: rate } },
    train: { epochs },
    evaluate: { metrics: [] },
    callbacks: [],
  } as unknown as Experiment;
}

const trained = experimentWith({});
const identityOf = (experiment: Experiment) => identifyRun(experiment, catalogue, { a: { fingerprint: 'f', samples: 8 } });
const results = { checkpoint: 'epoch-0004', identity: identityOf(trained) } as RunResults;

/** What is said of a checkpoint of epoch 4 under this name, of this experiment, in a run whose `experiment.yaml` says `now`. */
function said({ name = 'epoch-0004', of = trained, now = trained, finished = true }): string {
  const checkpoint = { name, values: { position: { epoch: 4, step: 0 }, identity: identityOf(of) } } as unknown as Checkpoint;
  try {
    checkOpened(checkpoint, { folder: 'runs/a', experiment: now, catalogue, results: finished ? results : undefined });
    return 'sound';
  } catch (error) {
    return (error as Error).message;
  }
}

it('a checkpoint under the name of another epoch is refused', () => {
  expect(said({})).toBe('sound');
  expect(said({ name: 'epoch-0009' })).toContain('Cannot open the run runs/a: checkpoint epoch-0009 says that it is epoch-0004');
});

it('a checkpoint of another run than the results is refused; one from before the run was given more epochs is not', () => {
  expect(said({ of: experimentWith({ rate: 0.2 }) })).toContain(
    'checkpoint epoch-0004 is of another run than results.json: optimizer.base.learningRate is 0.1 and was 0.2',
  );
  expect(said({ of: experimentWith({ epochs: 2 }) })).toBe('sound');
});

it('what scores and thresholds stand on may not be edited in experiment.yaml; how it was trained may', () => {
  expect(said({ now: experimentWith({ mean: 0.1 }) })).toContain('its experiment.yaml was edited: data.image.mean[0] is 0.1 and was 0.5');
  expect(said({ now: experimentWith({ seed: 8 }), finished: false })).toContain('its experiment.yaml was edited: seed is 8 and was 7');
  expect(said({ now: experimentWith({ rate: 0.3, epochs: 9 }) })).toBe('sound');
});

it('what older versions did not record is not compared', () => {
  const checkpoint = { name: 'epoch-0004', values: { classes: ['attack', 'live'] } } as unknown as Checkpoint;
  expect(() => checkOpened(checkpoint, { folder: 'runs/a', experiment: trained, catalogue, results: undefined })).not.toThrow();
});
