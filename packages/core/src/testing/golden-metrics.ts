import { type Static, Type } from '@sinclair/typebox';
import type { Catalogue } from '../configuration/catalogue.ts';
import type { Figure, Metric, Scored } from '../contracts/metric.ts';
import type { AnyItem } from '../contracts/plugin.ts';
import { equalErrorThreshold } from '../evaluation/operating-point.ts';
import type { Complete, GoldenDeviation } from './golden-optimizers.ts';

const rates = Type.Object({ apcer: Type.Record(Type.String(), Type.Number()), bpcer: Type.Number(), acer: Type.Number() });

/** Schema of goldens/metrics.json. */
export const goldenMetricsFormat = Type.Object({
  cases: Type.Array(
    Type.Object({
      scores: Type.Array(Type.Number()),
      labels: Type.Array(Type.Integer({ minimum: 0, maximum: 1 })),
      attackSpecies: Type.Optional(Type.Array(Type.Union([Type.String(), Type.Null()]))),
      auc: Type.Number(),
      eerPoint: Type.Object({ threshold: Type.Optional(Type.Number()), hter: Type.Number() }),
      tprAtFpr: Type.Record(Type.String(), Type.Number()),
      atEerThreshold: Type.Optional(rates),
      atThresholdHalf: Type.Optional(rates),
    }),
  ),
});
/** What goldens/metrics.json holds. */
export type GoldenMetrics = Static<typeof goldenMetricsFormat>;

/** Every figure of every case through the metrics that evaluation uses; deviations are absolute. */
export function runGoldenMetrics({ cases }: GoldenMetrics, catalogue: Pick<Catalogue, 'find'>, complete: Complete): GoldenDeviation[] {
  return cases.flatMap((golden, index) => {
    const scored: Scored[] = golden.scores.map((score, i) => {
      const species = golden.attackSpecies?.[i];
      return { probabilities: [1 - score, score], label: golden.labels[i] as number, domain: 'golden', ...(species ? { species } : {}) };
    });
    const compute = (name: string, threshold = 0.5, options: Readonly<Record<string, unknown>> = {}): Figure => {
      const item = catalogue.find('metric', name) as AnyItem & { create(options: unknown): Metric };
      const metric = item.create(complete(item, options));
      metric.reset();
      metric.update(scored);
      return metric.compute({ threshold });
    };
    const out: GoldenDeviation[] = [];
    const note = (where: string, got: Figure | undefined, expected: number) =>
      out.push({ name: `metrics case ${index}`, where, deviation: typeof got === 'number' ? Math.abs(got - expected) : Number.POSITIVE_INFINITY });
    const eer = equalErrorThreshold(
      scored.map(({ probabilities, label }, i) => ({ domain: 'golden', probabilities, sample: { id: String(i), label, split: 'test', image: { path: '' } } })),
      'the case',
    );
    note('auc', compute('auc'), golden.auc);
    if (golden.eerPoint.threshold !== undefined) note('eer threshold', eer, golden.eerPoint.threshold);
    note('hter', compute('hter', eer), golden.eerPoint.hter);
    for (const [fpr, expected] of Object.entries(golden.tprAtFpr)) note(`tpr@fpr=${fpr}`, compute('tpr@fpr', 0.5, { fpr: Number(fpr) }), expected);
    for (const [threshold, rates] of [
      [eer, golden.atEerThreshold],
      [0.5, golden.atThresholdHalf],
    ] as const) {
      if (!rates) continue;
      note('bpcer', compute('bpcer', threshold), rates.bpcer);
      note('acer', compute('acer', threshold), rates.acer);
      const apcer = compute('apcer', threshold) as Readonly<Record<string, number>>;
      for (const [species, expected] of Object.entries(rates.apcer)) note(`apcer ${species}`, apcer[species], expected);
    }
    return out;
  });
}
