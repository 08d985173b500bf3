import { cannot, suggestion } from '@gradalign/core';
import { absent, gallery, page, type Section } from './page/page.ts';
import { forestPlot } from './plots/forest-plot.ts';
import { learningPlots } from './plots/learning-plots.ts';
import { compareStudy } from './read/compare-study.ts';
import type { StudyState } from './read/read-study.ts';
import type { Report } from './report.ts';
import { historyOf } from './run-report.ts';
import { environmentSection } from './sections/data-and-environment.ts';
import { oracleRowsSection } from './sections/oracle.ts';
import { overlayPlots } from './sections/overlay-plots.ts';
import { lowerIsBetter, mainFigure, pairedDifferences } from './sections/paired-differences.ts';
import { searchSection } from './sections/search.ts';
import { studySummary } from './sections/study-summary.ts';
import { studyRuns, studyTables } from './sections/study-tables.ts';
import { studyTests } from './sections/study-tests.ts';
import { count, metricName } from './text/format.ts';
import { html } from './text/html.ts';

/** Options of the report of a study. */
export interface StudyReportOptions {
  /** Method that the others are compared with (default: the study's, else the first). */
  readonly baseline?: string;
}

/**
 * The report of a study: tables, paired differences, curves by method, and every run by name.
 *
 * @throws UserError where the study has no method of the baseline's name
 */
export function studyReport(state: StudyState, options: StudyReportOptions = {}): Report {
  const { study, runs, name } = state;
  const subjects = runs.flatMap(({ subject, state: how }) => (subject && how === 'finished' ? [subject] : []));
  const figure = mainFigure(runs);
  const [first] = subjects;
  const methods = Object.keys(study.methods);
  const baseline = options.baseline ?? study.baseline ?? methods[0];
  if (baseline !== undefined && !methods.includes(baseline))
    throw cannot(`compare with '${baseline}'`, `the study has no such method`, `${methods.join(', ')}${suggestion(baseline, methods)}`, { exitCode: 2 });
  const differences = figure && baseline !== undefined ? pairedDifferences(runs, figure, baseline) : [];
  const forest =
    figure && baseline !== undefined && differences.length > 0
      ? [
          forestPlot(differences, {
            figure: `${figure.convention === 'figures' ? '' : `${figure.convention} `}${metricName(figure.metric)}`,
            baseline,
            lowerIsBetter: lowerIsBetter(figure),
          }),
        ]
      : [];
  const comparison = compareStudy(state, baseline);
  const oracle = 'error' in comparison ? undefined : oracleRowsSection(comparison.oracle, comparison.by);
  const overlays = overlayPlots(subjects);
  const learning = learningPlots(subjects.filter(({ history }) => history).map(historyOf));
  const search = state.searches.length + state.damagedChoices.length > 0 ? searchSection(state.searches, state.damagedChoices) : undefined;
  const sections: Section[] = [
    { id: 'tables', title: 'Tables', body: studyTables(comparison) },
    {
      id: 'differences',
      title: 'Differences',
      body:
        forest.length > 0
          ? html`${gallery(forest)}${'error' in comparison ? '' : studyTests(comparison)}`
          : absent('No paired differences: they need two methods with finished runs of the same target and seed.'),
    },
    ...(search ? [{ id: 'search', title: 'Search', body: search.body }] : []),
    ...(oracle ? [{ id: 'oracle', title: 'Oracle', body: oracle }] : []),
    {
      id: 'trade-off',
      title: 'Trade-off',
      body:
        overlays.pictures.length > 0
          ? html`<p>One line a run, in the color of its method: how far runs of one method lie apart shows what the seed and the target do.</p>${gallery(overlays.pictures)}${overlays.without.length > 0 ? absent(`Without curves: ${overlays.without.map((one) => `${one.name} (${one.why})`).join('; ')}.`) : ''}`
          : absent('No curves: no finished run has scores of two classes.'),
    },
    { id: 'training', title: 'Training', body: learning.length > 0 ? gallery(learning) : absent('No learning curves: no finished run has a log of steps.') },
    { id: 'runs', title: 'Runs', body: studyRuns(state) },
    ...(first ? [{ id: 'environment', title: 'Environment', body: html`<p class="note">Of ${first.name}.</p>${environmentSection(first)}` }] : []),
  ];
  return {
    html: page(
      {
        title: name,
        subtitle: `study · ${count(Object.keys(study.methods).length, 'method')} · ${count(runs.length, 'run')}`,
        lead: studySummary(state, figure, baseline, differences),
      },
      sections,
    ),
    pictures: [...forest, ...(search?.pictures ?? []), ...overlays.pictures, ...learning],
  };
}
