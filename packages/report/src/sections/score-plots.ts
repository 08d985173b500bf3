import type { Scores } from '@gradalign/metrics';
import { detPlot } from '../plots/det-plot.ts';
import type { Picture } from '../plots/draw-plot.ts';
import { epcPlot } from '../plots/epc-plot.ts';
import { domainHistogram, speciesHistogram } from '../plots/histogram-plot.ts';
import { reliabilityPlot } from '../plots/reliability-plot.ts';
import { rocPlot } from '../plots/roc-plot.ts';
import { rocOf, seriesBySpecies } from '../plots/series.ts';
import { thresholdPlot } from '../plots/threshold-plot.ts';
import { levelScores } from '../read/level.ts';
import type { MeasuredOrNot } from '../read/measure.ts';
import type { Subject } from '../read/subject.ts';
import { operatingMarks } from './conventions.ts';

/** Plots of a subject's scores, each kind with a reason where there is none. */
export interface ScorePlots {
  readonly tradeOffs: readonly Picture[];
  readonly epc: Picture | { readonly error: string };
  readonly histograms: readonly Picture[];
  readonly reliability: Picture | { readonly error: string };
}

/** Draws a subject's scores at the level that is reported; undefined where it was not measured. */
export function scorePlots(subject: Subject, measured: MeasuredOrNot): ScorePlots | undefined {
  if ('error' in measured) return undefined;
  const scores = levelScores(subject);
  if (!scores) return undefined;
  const { test, dev, probabilities } = scores;
  const marks = operatingMarks(measured.all);
  const series = seriesBySpecies(test);
  return {
    tradeOffs: [rocPlot(series, marks), detPlot(series, marks), thresholdPlot(series, marks)],
    epc: dev
      ? orError(() => epcPlot([{ name: subject.name, dev: rocOf(dev), test: rocOf(test), color: 'var(--series-1)', dash: '' }]))
      : { error: 'it needs scores of held-out data, and none are stored' },
    histograms: [speciesHistogram(test, marks), ...(domainsOf(test).length > 1 ? [domainHistogram(test, marks)] : [])],
    reliability: probabilities ? orError(() => reliabilityPlot(probabilities)) : { error: 'the scores are not probabilities (some lie outside 0 to 1)' },
  };
}

function domainsOf({ domains }: Scores): string[] {
  return [...new Set(Array.from(domains ?? [], (name) => name ?? ''))];
}

function orError(draw: () => Picture): Picture | { readonly error: string } {
  try {
    return draw();
  } catch (error) {
    return { error: (error as Error).message };
  }
}
