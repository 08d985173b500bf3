import { absent, gallery, page, type Section } from './page/page.ts';
import { loadHeatMaps } from './pictures/heat-maps.ts';
import { loadPictures, type Pictures } from './pictures/load-pictures.ts';
import { worstErrors } from './pictures/worst-errors.ts';
import type { Picture } from './plots/draw-plot.ts';
import { learningPlots } from './plots/learning-plots.ts';
import { type Measured, measure } from './read/measure.ts';
import { record } from './read/read-run.ts';
import type { Subject } from './read/subject.ts';
import type { Report, ReportOptions } from './report.ts';
import { conventionsOf } from './sections/conventions.ts';
import { dataSection, environmentSection } from './sections/data-and-environment.ts';
import { decisionsSection } from './sections/decisions.ts';
import { featuresSection } from './sections/features.ts';
import { figuresSection } from './sections/figures.ts';
import { landscapeSection } from './sections/landscape.ts';
import { oracleSection } from './sections/oracle.ts';
import { scorePlots } from './sections/score-plots.ts';
import { sharpnessSection } from './sections/sharpness.ts';
import { subtitleOf, summary } from './sections/summary.ts';
import { worstErrorsSection } from './sections/worst-errors.ts';
import { html } from './text/html.ts';

/** The report of one run, or of one score file. */
export async function runReport(subject: Subject, options: ReportOptions): Promise<Report> {
  const measured = measure(subject, options);
  const plots = scorePlots(subject, measured);
  const noScores = absent(`No plots: ${'error' in measured ? measured.error : 'there are no test scores'}`);
  const learning = subject.history ? learningPlots([historyOf(subject)]) : [];
  const isRun = subject.experiment !== undefined;
  const landscape = landscapeSection(subject);
  const features = featuresSection(subject);
  const oracle = oracleSection(subject);
  const sections: Section[] = [
    { id: 'figures', title: 'Figures', body: figuresSection(measured) },
    ...(isRun && !('error' in measured) ? [{ id: 'decisions', title: 'Decisions', body: decisionsSection(measured, subject.path) }] : []),
    {
      id: 'trade-off',
      title: 'Trade-off',
      body: plots
        ? html`${gallery([...plots.tradeOffs, ...('error' in plots.epc ? [] : [plots.epc])])}${'error' in plots.epc ? absent(`No expected performance curve: ${plots.epc.error}.`) : ''}`
        : noScores,
    },
    {
      id: 'scores',
      title: 'Scores',
      body: plots
        ? html`${gallery([...plots.histograms, ...('error' in plots.reliability ? [] : [plots.reliability])])}${'error' in plots.reliability ? absent(`No reliability diagram: ${plots.reliability.error}.`) : ''}`
        : noScores,
    },
    ...(isRun
      ? [{ id: 'training', title: 'Training', body: learning.length > 0 ? gallery(learning) : absent('No learning curves: the run has no log of steps.') }]
      : []),
    ...(oracle ? [{ id: 'oracle', title: 'Oracle', body: oracle }] : []),
    ...(isRun ? [{ id: 'sharpness', title: 'Sharpness', body: sharpnessSection(subject) }] : []),
    ...(isRun ? [{ id: 'landscape', title: 'Landscape', body: landscape.body }] : []),
    ...(isRun ? [{ id: 'features', title: 'Features', body: features.body }] : []),
    ...('error' in measured ? [] : [{ id: 'errors', title: 'Worst errors', body: await errorsBody(subject, measured, isRun, options) }]),
    ...(isRun ? [{ id: 'data', title: 'Data', body: dataSection(subject) }] : []),
    { id: 'environment', title: isRun ? 'Environment' : 'Source', body: environmentSection(subject) },
  ];
  const pictures: Picture[] = [
    ...(plots?.tradeOffs ?? []),
    ...(plots && !('error' in plots.epc) ? [plots.epc] : []),
    ...(plots?.histograms ?? []),
    ...(plots && !('error' in plots.reliability) ? [plots.reliability] : []),
    ...learning,
    ...landscape.pictures,
    ...features.pictures,
  ];
  return { html: page({ title: subject.name, subtitle: subtitleOf(subject), lead: summary(subject, measured) }, sections), pictures };
}

/** The history of a run with its learning rate, for plots. */
export function historyOf({ name, group, history, experiment }: Subject): Parameters<typeof learningPlots>[0][number] {
  const { learningRate } = record(record(experiment?.values['optimizer'])['base']);
  return {
    name,
    group,
    history: history ?? { steps: [], validations: [], heldOutLosses: [], unreadable: 0 },
    ...(typeof learningRate === 'number' ? { learningRate } : {}),
  };
}

async function errorsBody(subject: Subject, { all }: Measured, isRun: boolean, { load = {}, heatMaps = true }: ReportOptions) {
  const [main] = conventionsOf(all);
  if (!main || !subject.test) return absent('There are no test scores.');
  // The threshold of single images; that of videos stands in the figures.
  const { threshold } = all[main.name] ?? all.literature;
  const errors = worstErrors(subject.test, threshold);
  const samples = [...errors.acceptedAttacks, ...errors.refusedPeople];
  const pictures: Pictures = isRun
    ? await loadPictures(subject.path, samples, load)
    : { find: () => undefined, sources: [], problem: 'a score file does not say where the pictures are' };
  const heat = heatMaps ? await loadHeatMaps(subject.path, pictures.sources, load) : undefined;
  return worstErrorsSection(errors, { pictures, ...(heat && pictures.sources.length > 0 ? { heat } : {}) }, { value: threshold, name: main.name });
}
