/** Of the name of a study's run: `seed 0`; of a trial of its search `trial 7`. */
export function seedOrTrial({ seed, trial }: { readonly seed: number; readonly trial?: number }): string {
  return trial === undefined ? `seed ${seed}` : `trial ${trial}`;
}
