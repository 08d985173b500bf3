import { markdownTable } from './markdown-table.ts';
import { meanBySeed, pairedDifference } from './paired-statistics.ts';
import { percent, titleOf, verdict } from './show-figures.ts';
import type { BenchmarkDefinition } from './study-definition.ts';
import type { StudyResults } from './study-results.ts';

/** The study's own questions: one method minus another on the mean over the left-out domains. Empty where no benchmark has both methods. */
export function renderComparisons({ study, benchmarks }: StudyResults): string {
  const rows = Object.entries(study.benchmarks).flatMap(([name, benchmark]) => {
    const own = benchmarks[name];
    const pairs = (study.comparisons ?? []).filter(({ method, to }) => benchmark.methods[method] && benchmark.methods[to]);
    if (!own || pairs.length === 0) return [];
    return pairs.flatMap((pair) =>
      benchmark.figures.map((figure) => {
        const values = (method: string) => meanBySeed(own, method, benchmark.leaveOut, ({ figures }) => figures[figure.name] as number);
        return [benchmark.title, nameOf(benchmark, pair), figure.name, verdict(pairedDifference(values(pair.method), values(pair.to)), figure.better, percent)];
      }),
    );
  });
  if (rows.length === 0) return '';
  return [
    "## Does the backbone's part matter?",
    "GAC-FAS takes gradients of all weights at the ascending points; `ascentGradients: head/**`, here 'GAC-FAS, head', those of the head alone, as the released code would, and lets the backbone move by the ordinary gradient. Its two terms are summed, so the whole direction is about twice as long as ERM's: what ERM gains at twice the rate is no merit of the alignment. Differences in percentage points, mean over the left-out domains, 95 % intervals paired by seed; bold where they leave out 0.",
    markdownTable(['benchmark', 'difference', 'figure', 'points'], rows),
  ].join('\n\n');
}

function nameOf(benchmark: BenchmarkDefinition, { method, to }: { readonly method: string; readonly to: string }): string {
  return `${titleOf(benchmark, method)} minus ${titleOf(benchmark, to)}`;
}
