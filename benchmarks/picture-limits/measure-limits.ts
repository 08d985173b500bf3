import type { FaceJudgment, Liveness } from '@gradalign/liveness';
import { areaUnderCurve, roc } from '@gradalign/metrics';
import { median } from '../statistics.ts';
import { type Degradation, degradations, type Pixels } from './degradations.ts';

/** A picture with its class: 1 is bona fide. */
export interface LabeledPicture {
  readonly pixels: Pixels;
  readonly label: number;
}

/** What a degradation of one strength does. */
export interface LimitRow {
  readonly degradation: string;
  /** Undefined: pictures as they are. */
  readonly level: number | undefined;
  /** Of the measure that tells of it: 5th percentile, median and 95th over the pictures. */
  readonly measure: readonly [low: number, middle: number, high: number];
  readonly auc: number;
  /** Share of decisions that are not those of the pictures as they are. */
  readonly flipped: number;
  /** Shares of live pictures and of attacks that are decided to be live. */
  readonly accepted: { readonly live: number; readonly attacks: number };
}

/** A measure and the limit that follows. */
export interface FoundLimit {
  readonly measure: Degradation['measure'];
  /** Undefined where even the strongest level did no harm. */
  readonly limit: number | undefined;
}

/** A degradation does harm where it takes more than this share of what AUC has above 0.5. */
const harmfulLoss = 1 / 3;

/** @param liveness with neutral limits, so that nothing is refused */
export async function measureLimits(
  liveness: Liveness,
  pictures: readonly LabeledPicture[],
): Promise<{ rows: readonly LimitRow[]; limits: readonly FoundLimit[] }> {
  const judge = async (of: (picture: Pixels) => Promise<Pixels>, measure: Degradation['measure']) => {
    const judgments: FaceJudgment[] = [];
    for (const { pixels } of pictures) judgments.push(await liveness.check(await of(pixels)));
    return {
      auc: areaUnderCurve(roc(logitsOf(judgments, 1), logitsOf(judgments, 0))),
      decisions: judgments.map(({ decision }) => decision),
      accepted: { live: accepted(judgments, 1), attacks: accepted(judgments, 0) },
      measure: percentiles(judgments.map(({ measures }) => measures.find(({ name }) => name === measure)?.value as number)),
    };
  };
  const logitsOf = (judgments: readonly FaceJudgment[], label: number) =>
    judgments.flatMap(({ logit }, i) => (pictures[i]?.label === label ? [logit as number] : []));
  const accepted = (judgments: readonly FaceJudgment[], label: number) => {
    const own = judgments.filter((_, i) => pictures[i]?.label === label);
    return own.filter(({ decision }) => decision === liveness.metadata.classes[1]).length / own.length;
  };
  const rows: LimitRow[] = [];
  const limits: FoundLimit[] = [];
  for (const { name, measure, levels, apply } of degradations) {
    const as = await judge(async (picture) => picture, measure);
    const own: LimitRow[] = [{ degradation: name, level: undefined, measure: as.measure, auc: as.auc, flipped: 0, accepted: as.accepted }];
    for (const level of levels) {
      const made = await judge((picture) => apply(picture, level), measure);
      const flipped = made.decisions.filter((decision, i) => decision !== as.decisions[i]).length / pictures.length;
      own.push({ degradation: name, level, measure: made.measure, auc: made.auc, flipped, accepted: made.accepted });
    }
    rows.push(...own);
    limits.push({ measure, limit: limitOf(own) });
  }
  return { rows, limits };
}

/** The median of the measure at the mildest level that does harm: what is below it is worse. */
export function limitOf(rows: readonly LimitRow[]): number | undefined {
  const [asTheyAre] = rows;
  return asTheyAre && rows.find(({ auc }) => asTheyAre.auc - auc > harmfulLoss * (asTheyAre.auc - 0.5))?.measure[1];
}

function percentiles(values: readonly number[]): readonly [number, number, number] {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] as number;
  return [at(0.05), median(values), at(0.95)];
}
