import type { DecisionLevel } from '@gradalign/core';
import { absent, table } from '../page/page.ts';
import type { MeasuredDecision } from '../read/decisions.ts';
import type { Measured } from '../read/measure.ts';
import { reported } from '../read/measure.ts';
import { commandPath } from '../text/command-path.ts';
import { decisionRule, number, percent, percentRange } from '../text/format.ts';
import { type Content, type Html, html } from '../text/html.ts';
import { intervalOf } from './summary.ts';

/** The thresholds that somebody chose for a run: how, on what, what was to be expected, and what the test says. */
export function decisionsSection({ decisions, chosen, all }: Measured, path: string): Html {
  if (decisions.length === 0)
    return absent(`No decision was taken. gradalign calibrate ${commandPath(path)} --apcer 0.01 chooses a threshold and adds it to the next report.`);
  const level = all.literature.video ? 'video' : 'frame';
  const unit = level === 'video' ? 'videos' : 'images';
  const other = decisions.filter(({ test }) => 'error' in test);
  return html`<p>Thresholds chosen with <code>gradalign calibrate</code>, before the test or after it, on the data named here. A sample is accepted where its score is at least the threshold.</p>
${table(
  `Decisions: chosen for ${unit}`,
  ['decision', 'threshold', 'chosen', 'calibration', 'APCER there', 'BPCER there'],
  decisions.map(({ name, decision }) => {
    const of = decision[level];
    return [
      name === chosen ? html`<b>${name}</b>` : name,
      html`${number(of.threshold)}${Array.isArray(of.interval) && html`<small>${of.interval.map(number).join(' to ')}</small>`}`,
      `${decisionRule(decision.rule)}, on ${decision.chosenOn} (${of.bonaFide} bona fide, ${of.attacks} attacks)`,
      calibrationText(of),
      percent(of.apcer),
      percent(of.bpcer),
    ];
  }),
  { text: [2, 3], stacked: true },
)}
<p class="note">Under a threshold its 95% interval, from a bootstrap; error rates there are those of the data it was chosen on, APCER that of the worst species.</p>
${table(
  `Decisions: what the test says, ${unit}, with 95% intervals`,
  ['decision', 'attacks accepted', 'APCER, worst species', 'people refused (BPCER)', 'HTER'],
  decisions.flatMap((one) => ('error' in one.test ? [] : [testRow(one, one.test, chosen)])),
)}
${other.length === 0 ? '' : html`<ul>${other.map(({ name, test }) => html`<li><b>${name}</b> is not applied to the test: ${'error' in test ? test.error : ''}.</li>`)}</ul>`}
${chosen === undefined ? '' : html`<p class="note">The summary and the worst errors are at <b>${chosen}</b>${decisions.length > 1 ? '; --decision picks another' : ''}.</p>`}`;
}

function testRow({ name }: MeasuredDecision, test: Exclude<MeasuredDecision['test'], { readonly error: string }>, chosen: string | undefined): Content[] {
  const figures = reported(test);
  const worst = Object.entries(figures.apcer).sort(([, a], [, b]) => b - a)[0];
  const cell = (figure: 'far' | 'bpcer' | 'hter') => {
    const interval = intervalOf(figures, figure);
    return html`${percent(figures[figure])}${interval && html`<small>${percentRange(interval)}</small>`}`;
  };
  return [name === chosen ? html`<b>${name}</b>` : name, cell('far'), worst ? `${percent(worst[1])} (${worst[0]})` : 'none', cell('bpcer'), cell('hter')];
}

function calibrationText({ calibration }: DecisionLevel): string {
  if ('error' in calibration) return `none: ${calibration.error}`;
  if (calibration.method === 'isotonic') return `isotonic, ${calibration.points.length} points`;
  return `temperature ${number(calibration.temperature)}${calibration.separated ? ' (no errors there: smoothed)' : ''}`;
}
