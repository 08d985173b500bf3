import { detPlot } from '../plots/det-plot.ts';
import type { Picture } from '../plots/draw-plot.ts';
import { epcPlot } from '../plots/epc-plot.ts';
import { rocPlot } from '../plots/roc-plot.ts';
import { rocOf, seriesByGroup } from '../plots/series.ts';
import { levelScores } from '../read/level.ts';
import type { Subject } from '../read/subject.ts';

/** Curves of several subjects laid over each other; subjects without scores of both kinds are named instead. */
export interface OverlayPlots {
  readonly pictures: readonly Picture[];
  readonly without: readonly { readonly name: string; readonly why: string }[];
}

/** ROC, DET and expected performance curve of each subject, in the color of its group. */
export function overlayPlots(subjects: readonly Subject[]): OverlayPlots {
  const without: { name: string; why: string }[] = [];
  const drawn = subjects.flatMap((subject) => {
    try {
      const scores = levelScores(subject);
      if (!scores) throw new Error(subject.problems.find((problem) => problem.startsWith('scores')) ?? 'it has no test scores');
      rocOf(scores.test);
      return [{ subject, scores }];
    } catch (error) {
      without.push({ name: subject.name, why: (error as Error).message });
      return [];
    }
  });
  if (drawn.length === 0) return { pictures: [], without };
  const series = seriesByGroup(drawn.map(({ subject: { name, group }, scores: { test } }) => ({ name, group, scores: test })));
  const epc = drawn.flatMap(({ subject: { name }, scores: { test, dev } }, i) => {
    const { color = '', dash = '' } = series[i] ?? {};
    try {
      return dev ? [{ name, dev: rocOf(dev), test: rocOf(test), color, dash }] : [];
    } catch {
      return [];
    }
  });
  return { pictures: [rocPlot(series), detPlot(series), ...(epc.length > 0 ? [epcPlot(epc)] : [])], without };
}
