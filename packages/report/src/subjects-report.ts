import { absent, gallery, page, type Section } from './page/page.ts';
import { learningPlots } from './plots/learning-plots.ts';
import { measure } from './read/measure.ts';
import type { Subject } from './read/subject.ts';
import type { Report, ReportOptions } from './report.ts';
import { historyOf } from './run-report.ts';
import { overlayPlots } from './sections/overlay-plots.ts';
import { subjectsTables } from './sections/subjects-table.ts';
import { count, listed } from './text/format.ts';
import { html } from './text/html.ts';

/** The report of several runs or score files side by side: figures of each, curves laid over each other. */
export function subjectsReport(subjects: readonly Subject[], options: ReportOptions): Report {
  const measured = subjects.map((subject) => ({ subject, measured: measure(subject, options) }));
  const overlays = overlayPlots(subjects.map((subject) => ({ ...subject, group: subject.name })));
  const learning = learningPlots(subjects.filter(({ history }) => history).map((subject) => ({ ...historyOf(subject), group: subject.name })));
  const problems = subjects.flatMap(({ name, problems: own }) => own.map((problem) => html`<li><b>${name}</b>: ${problem}</li>`));
  const sections: Section[] = [
    { id: 'figures', title: 'Figures', body: subjectsTables(measured) },
    {
      id: 'trade-off',
      title: 'Trade-off',
      body: overlays.pictures.length > 0 ? gallery(overlays.pictures) : absent('No curves: no system has scores of both kinds.'),
    },
    ...(learning.length > 0 ? [{ id: 'training', title: 'Training', body: gallery(learning) }] : []),
    {
      id: 'source',
      title: 'Source',
      body: html`<ul>${subjects.map(({ name, path }) => html`<li><b>${name}</b>: <code>${path}</code></li>`)}</ul>${problems.length > 0 ? html`<h3>Missing or unreadable</h3><ul>${problems}</ul>` : ''}`,
    },
  ];
  const names = subjects.map(({ name }) => name);
  const lead = html`<p class="lead">${count(subjects.length, 'system')} side by side: ${listed(names.slice(0, 12))}${names.length > 12 ? ' and others' : ''}. Each convention has a table of its own: deployable thresholds were fixed on held-out data before the test, literature thresholds on the test data themselves.</p>`;
  return {
    html: page({ title: names.length > 2 ? `${names.length} systems` : listed(names), subtitle: 'comparison', lead }, sections),
    pictures: [...overlays.pictures, ...learning],
  };
}
