/** The loss of a step at the weights before it, and the learning rate that it was then taken with. */
export interface RatedLoss {
  readonly rate: number;
  /** Null where it was not finite. */
  readonly loss: number | null;
  /** Mean of this loss and those before it, the last ones counting most; null where the loss was not finite. */
  readonly smoothed: number | null;
}

/** What a range test says of its learning rates. */
export interface SuggestedRate {
  readonly points: readonly RatedLoss[];
  readonly steepest?: number;
  readonly blowUp?: number;
  readonly suggestion?: number;
}

/** Of each earlier step in the smoothed loss, relative to the next. */
const memory = 0.9;
/** Steps on both sides that a slope is taken over. */
const reach = 3;

/**
 * Reads a range test with rates in rising order:
 *
 *     smoothed_t = Σ 0.9^(t - s) loss_s / Σ 0.9^(t - s)              s <= t
 *     slope_t    = (smoothed_{t+3} - smoothed_{t-3}) / 6             steps are equal in log(rate)
 *     steepest   = the rate of the smallest slope before the smallest smoothed loss, if that is below 0
 *     first      = mean loss of the first 5 steps;  fall = first - least, the smallest smoothed loss
 *     blow-up    = the first rate after least at which all that was gained is lost: loss > first, where fall > first / 4; or whose smoothed loss is above
 *                  least + max(4 fall, first); or whose loss is not finite
 *     suggestion = min(steepest, blow-up / 10)
 *
 * The loss falls where steps are long enough to do something and short enough not to leave the valley; a tenth of the blow-up keeps the usual distance from it.
 */
export function suggestRate(losses: readonly { readonly rate: number; readonly loss: number }[]): SuggestedRate {
  const points: RatedLoss[] = [];
  let [total, weight] = [0, 0];
  for (const { rate, loss } of losses) {
    const finite = Number.isFinite(loss);
    if (finite) [total, weight] = [memory * total + loss, memory * weight + 1];
    points.push({ rate, loss: finite ? loss : null, smoothed: finite ? total / weight : null });
  }
  const smoothed = points.map((point) => point.smoothed ?? Number.POSITIVE_INFINITY);
  const least = smoothed.indexOf(Math.min(...smoothed));
  const beginning = losses.slice(0, 5).flatMap(({ loss }) => (Number.isFinite(loss) ? [loss] : []));
  const first = beginning.reduce((sum, loss) => sum + loss, 0) / Math.max(1, beginning.length);
  const fall = first - (smoothed[least] ?? first);
  let steepest: { readonly rate: number; readonly slope: number } | undefined;
  for (let i = reach; i <= Math.min(least, smoothed.length - 1 - reach); i++) {
    const slope = ((smoothed[i + reach] as number) - (smoothed[i - reach] as number)) / (2 * reach);
    if (slope < (steepest?.slope ?? 0)) steepest = { rate: points[i]?.rate as number, slope };
  }
  const falls = fall > 0.02 * Math.abs(first);
  const size = Math.abs(first);
  const limit = (smoothed[least] as number) + Math.max(4 * fall, size);
  const isBlown = ({ loss, smoothed: mean }: RatedLoss) => loss === null || mean === null || mean > limit || (fall > size / 4 && loss > first);
  const blown = points.findIndex((point, i) => i > least && isBlown(point));
  const blowUp = points[blown]?.rate;
  return {
    points,
    ...(falls && steepest ? { steepest: steepest.rate } : {}),
    ...(blowUp === undefined ? {} : { blowUp }),
    ...(falls && steepest ? { suggestion: Math.min(steepest.rate, (blowUp ?? Number.POSITIVE_INFINITY) / 10) } : {}),
  };
}
