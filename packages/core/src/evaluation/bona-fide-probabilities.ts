/**
 * [attack, bona fide] of a logit, in float64: p = 1 / (1 + exp(-scale · logit)). In float32 every logit above 17 / scale would be exactly 1, and what
 * ties there could not be ranked.
 */
export function bonaFideProbabilities(logit: number, scale: number): [number, number] {
  const x = scale * logit;
  return [1 / (1 + Math.exp(x)), 1 / (1 + Math.exp(-x))];
}
