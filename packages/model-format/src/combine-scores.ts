/** How the frames of a video become one score. */
export type Aggregate = 'mean' | 'median' | 'max';

/** One score of the frames of a video, which are not empty. The mean is the sum in the order given, divided once. */
export function combineScores(scores: readonly number[], how: Aggregate): number {
  return combine[how](scores);
}

const combine: Record<Aggregate, (scores: readonly number[]) => number> = {
  mean: (scores) => scores.reduce((total, score) => total + score, 0) / scores.length,
  median(scores) {
    const sorted = [...scores].sort((a, b) => a - b);
    const middle = (sorted.length - 1) / 2;
    return ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2;
  },
  max: (scores) => scores.reduce((most, score) => Math.max(most, score)),
};
