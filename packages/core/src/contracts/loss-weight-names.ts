/** Names of weights that losses own begin with it, among all that a run trains. */
export const lossWeightPrefix = 'losses/';

/** Whether a weight belongs to a loss: evaluating a model does not need it. */
export function isLossWeight(name: string): boolean {
  return name.startsWith(lossWeightPrefix);
}
