/** How well the gradients of two domains agree: 1 the same direction, 0 orthogonal, -1 opposite. */
export interface GradientCosine {
  /** `weights`: ∇R_i and ∇R_j before the step; `ascending points`: what a method takes there, one for each domain. */
  readonly at: 'weights' | 'ascending points';
  readonly domains: readonly [string, string];
  readonly cosine: number;
}
