/** From a score to a probability of bona fide that means what it says on the data it was fitted on. Plain JSON. */
export type Calibration =
  | {
      readonly method: 'temperature';
      /** p = sigmoid(log-odds / temperature); above 1 the network was too sure of itself. */
      readonly temperature: number;
      /** `separated`: the fit had targets short of 0 and 1, since no temperature is low enough for scores that separate the kinds without an error. */
      readonly separated?: true;
    }
  | {
      readonly method: 'isotonic';
      /** [log-odds, probability], both ascending; linear between them, constant beyond. */
      readonly points: readonly (readonly [number, number])[];
    };

/** Log-odds beyond which a probability in float64 is 0 or 1. */
export const largestOdds = 36;

/** ln(p / (1 - p)), within ±36. */
export function oddsOfProbability(p: number): number {
  return Math.min(largestOdds, Math.max(-largestOdds, Math.log(p / (1 - p))));
}

/** The calibrated probability of bona fide, 0..1; without a calibration sigmoid(log-odds). It never falls where the log-odds rise. */
export function calibratedProbability(calibration: Calibration | null, odds: number): number {
  if (calibration?.method !== 'isotonic') return 1 / (1 + Math.exp(-odds / (calibration?.temperature ?? 1)));
  const { points } = calibration;
  const above = points.findIndex(([x]) => x >= odds);
  const [last] = points.slice(-1) as [readonly [number, number]];
  if (above < 0) return last[1];
  const [x1, p1] = points[above] as readonly [number, number];
  if (above === 0) return p1;
  const [x0, p0] = points[above - 1] as readonly [number, number];
  return p0 + ((odds - x0) / (x1 - x0)) * (p1 - p0);
}
