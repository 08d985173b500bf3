import type { Experiment } from '../contracts/experiment.ts';

/**
 * The experiment as it trains once all its phases have begun: no warm-up epochs, and trained from the first step on what thaws during training. What is
 * frozen for the whole length stays frozen.
 */
export function fromTheFirstStep(experiment: Experiment): Experiment {
  const { optimizer, train } = experiment;
  const always = Object.entries(train.freeze).flatMap(([pattern, thaws]) => (thaws >= train.epochs ? [[pattern, Number.MAX_SAFE_INTEGER] as const] : []));
  return { ...experiment, optimizer: { ...optimizer, warmupEpochs: 0 }, train: { ...train, freeze: Object.fromEntries(always) } };
}
