import { describeRange, type SearchChoice, type SearchOutcome, settingText } from '@gradalign/core';
import { absent, gallery, table } from '../page/page.ts';
import type { Picture } from '../plots/draw-plot.ts';
import { type Sensitivity, sensitivityPlot } from '../plots/sensitivity-plot.ts';
import { metricName, number, percent } from '../text/format.ts';
import { type Content, type Html, html } from '../text/html.ts';

/** What a study's search chose, its trials, and a plot for each setting of each method. */
export function searchSection(searches: readonly SearchOutcome[], damaged: readonly string[]): { readonly body: Html; readonly pictures: readonly Picture[] } {
  const choices = searches.flatMap(({ choice }) => choice ?? []);
  const pictures = sensitivities(choices).map(sensitivityPlot);
  const metrics = [...new Set(choices.map(({ choose }) => metricName(choose.metric)))].join(', ');
  const body = html`<p>Settings are chosen before the runs by trials on the source domains alone (Latin hypercube); a trial never loads the target. Each method has the same number of trials. The trial with the best figure on the held-out share of the sources is taken.</p>
${damaged.map((problem) => absent(problem))}
${table(
  'Choices',
  ['method', 'target', 'settings', `held-out ${metrics || 'figure'}`, 'trial', 'trials', 'diverged'],
  searches.map(({ method, targets, trials, waiting, choice, error }): Content[] => [
    method,
    targets.length === 1 ? targets[0] : `all: ${targets.join(', ')}`,
    choice ? settings(choice.settings) : (error ?? `not chosen yet: ${waiting} trials are not finished`),
    choice ? percent(choice.figure, 2) : 'none',
    choice ? String(choice.trial) : 'none',
    String(trials),
    choice ? String(choice.trials.filter(({ state }) => state === 'diverged').length) : 'unknown',
  ]),
  { text: [1, 2] },
)}
${pictures.length > 0 ? gallery(pictures) : absent('No sensitivity: no search has come to its end.')}
${choices.map(trialTable)}`;
  return { body, pictures };
}

function trialTable({ method, target, choose, of, trials, trial: taken }: SearchChoice): Html {
  const paths = Object.keys(of);
  return html`<details><summary>${method}${target === undefined ? '' : `, ${target}`}: all ${String(trials.length)} trials</summary>${table(
    `Trials: ${method}${target === undefined ? '' : `, ${target}`}`,
    ['trial', ...paths, `held-out ${metricName(choose.metric)}`, 'epochs', 'state'],
    trials.map(({ trial, settings: drawn, figure, epochs, state }): Content[] => [
      String(trial),
      ...paths.map((path) => value(drawn[path])),
      figure === undefined ? 'none' : percent(figure, 2),
      String(epochs),
      trial === taken ? html`<b>taken</b>` : state,
    ]),
    { text: [paths.length + 3] },
  )}<p class="note">Ranges: ${Object.entries(of).map(([path, range], i) => `${i > 0 ? '; ' : ''}${path} ${describeRange(range)}`)}.</p></details>`;
}

/** By method and setting, all targets together. */
function sensitivities(choices: readonly SearchChoice[]): Sensitivity[] {
  const found: Sensitivity[] = [];
  for (const method of new Set(choices.map((choice) => choice.method))) {
    const own = choices.filter((choice) => choice.method === method);
    const [first] = own;
    if (!first) continue;
    for (const [path, range] of Object.entries(first.of)) {
      const points = own.flatMap(({ target = 'all targets', trials, trial: taken }) =>
        trials.map(({ trial, settings: drawn, figure, state }) => ({
          ...{ target, trial, value: drawn[path], chosen: trial === taken },
          ...(figure === undefined || state !== 'finished' ? {} : { figure }),
        })),
      );
      const id = `sensitivity-${found.length + 1}-${`${method}-${path}`.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 60)}`;
      found.push({ id, method, path, range, ...first.choose, points });
    }
  }
  return found;
}

function settings(chosen: SearchChoice['settings']): Html {
  return html`${Object.entries(chosen).map(([path, one], i) => html`${i > 0 ? html`<br>` : ''}${path} ${value(one)}`)}`;
}

function value(one: unknown): string {
  if (one === undefined) return 'none';
  return typeof one === 'number' ? number(one) : settingText(one);
}
