import type { Figures } from '@gradalign/metrics';
import { absent } from '../page/page.ts';
import type { Measured, MeasuredOrNot } from '../read/measure.ts';
import { record } from '../read/read-run.ts';
import type { Subject } from '../read/subject.ts';
import { count, decisionRule, duration, listed, number, percent, percentRange } from '../text/format.ts';
import { type Content, type Html, html } from '../text/html.ts';
import { conventionsOf } from './conventions.ts';

/** What a manager needs: what was trained, on whom it was tested, how many attacks pass and how many people are refused. */
export function summary(subject: Subject, measured: MeasuredOrNot): Html {
  const story = html`<p class="lead">${trainedOn(subject)} ${'error' in measured ? '' : testedOn(subject, measured)}</p>`;
  if ('error' in measured) return html`${story}${state(subject)}${absent(`No error rates: ${measured.error}`)}`;
  const [main] = conventionsOf(measured.all);
  if (!main) return story;
  const { figures, name, threshold } = main;
  const unit = measured.all.literature.video ? 'video' : 'image';
  return html`${story}${state(subject)}<ul class="tiles">
${tile('Attacks that pass', figures.far, intervalOf(figures, 'far'), `${Math.round(figures.far * figures.attacks).toLocaleString('en-US')} of ${count(figures.attacks, 'attack')}`, 'attack')}
${tile('People who are refused', figures.frr, intervalOf(figures, 'frr'), `${Math.round(figures.frr * figures.bonaFide).toLocaleString('en-US')} of ${count(figures.bonaFide, `${unit} of live people`, `${unit}s of live people`)}`, 'bona-fide')}
${tile('Mean of both error rates (HTER)', figures.hter, intervalOf(figures, 'hter'), `guessing gives 50%`, 'series-7')}
</ul>
<p>${hardest(figures)} ${withoutAnswer(measured)}</p>
<p class="${name === 'literature' ? 'warning' : 'note'}">${
    name === 'literature'
      ? html`These rates are optimistic: the threshold (${number(figures.threshold)}) was chosen on the test data itself, at its equal error rate. A deployment has to fix it before.`
      : html`At the threshold ${number(figures.threshold)}; ${name === 'decision' ? decided(measured) : threshold}.`
  } ${resampled(figures)}</p>`;
}

/** How the threshold of the chosen decision came about. */
function decided({ chosen, decisions }: Measured): Content {
  const found = decisions.find(({ name }) => name === chosen);
  return found && html`the decision <b>${found.name}</b>: ${decisionRule(found.decision.rule)}, chosen on ${found.decision.chosenOn}`;
}

/** Attempts that got no answer are neither passed nor refused: a deployment has to deal with them. */
function withoutAnswer({ all: { literature } }: Measured): Content {
  const { attacks, bonaFide } = literature.nonResponse;
  return attacks + bonaFide === 0
    ? undefined
    : html`Without an answer stayed ${count(attacks, 'image of an attack', 'images of attacks')} and ${count(bonaFide, 'image of live people', 'images of live people')}; they are in none of these rates.`;
}

function trainedOn({ name, results, experiment, path }: Subject): Content {
  const model = record(experiment?.values['model'])['use'];
  const method = record(experiment?.values['optimizer'])['use'] ?? results?.method;
  const sources = sourcesOf(results, experiment?.values);
  if (method === undefined && !experiment) return html`<b>${name}</b> is known by its scores (<code>${path}</code>).`;
  return html`${typeof model === 'string' ? html`The network <b>${model}</b>` : 'A network'} was trained by <b>${typeof method === 'string' ? method : 'an unknown method'}</b>${
    sources.length > 0 ? html` on ${listed(sources)}` : ''
  }.`;
}

function sourcesOf(results: Subject['results'], experiment: Readonly<Record<string, unknown>> | undefined): string[] {
  const { sources } = record(results?.protocol);
  if (Array.isArray(sources)) return sources.map(String);
  return Object.keys(record(record(experiment?.['data'])['source']));
}

function testedOn({ results, experiment, test }: Subject, { all }: Measured): Content {
  const { bonaFide, attacks } = conventionsOf(all)[0]?.figures ?? { bonaFide: 0, attacks: 0 };
  const unit = all.literature.video ? 'video' : 'image';
  const domains = [...new Set(Array.from(test?.domains ?? []))].filter((name): name is string => Boolean(name));
  const unseen = experiment && domains.length > 0 && !domains.some((name) => sourcesOf(results, experiment.values).includes(name));
  return html`It was tested on ${domains.length > 0 ? html`<b>${listed(domains)}</b>` : 'scores'}${unseen ? (domains.length === 1 ? ', a domain it has not seen' : ', domains it has not seen') : ''}: ${count(bonaFide, `${unit} of live people`, `${unit}s of live people`)} and ${count(attacks, 'attack')}.`;
}

function state({ history, results, experiment }: Subject): Content {
  if (!history || results) return undefined;
  const epochs = record(experiment?.values['train'])['epochs'];
  const last = history.steps.at(-1);
  const where = last ? `after step ${last.step + 1}, in epoch ${last.epoch + 1}${typeof epochs === 'number' ? ` of ${epochs}` : ''}` : 'before its first step';
  const how =
    history.end?.reason === 'interrupted' ? `It was interrupted ${where}` : `It ended ${where} without results: it failed, was killed, or is still running`;
  return html`<p class="warning">This run is not finished. ${how}.</p>`;
}

function tile(name: string, share: number, interval: readonly [number, number] | undefined, detail: string, color: string): Html {
  const width = (value: number) => (Math.min(1, Math.max(0, value)) * 200).toFixed(1);
  return html`<li class="tile"><p class="name">${name}</p><p class="value">${percent(share)}</p><svg viewBox="0 0 200 14" preserveAspectRatio="none" aria-hidden="true"><rect x="0" y="4" width="200" height="6" rx="3" fill="var(--grid)"></rect><rect x="0" y="4" width="${width(share)}" height="6" rx="3" fill="var(--${color})"></rect>${
    interval &&
    html`<rect x="${width(interval[0])}" y="0" width="${Math.max(1, Number(width(interval[1])) - Number(width(interval[0])))}" height="14" fill="var(--${color})" fill-opacity="0.3"></rect>`
  }</svg><p class="detail">${detail}${interval && (share === 0 ? html`<br>none seen: a larger test may find some` : html`<br>95% interval ${percentRange(interval)}`)}</p></li>`;
}

function hardest({ apcer }: Figures): Content {
  const worst = Object.entries(apcer).sort(([, a], [, b]) => b - a);
  const [first] = worst;
  if (!first || worst.length < 2) return undefined;
  return first[1] === 0
    ? 'No attack of any species passes.'
    : html`The species that passes most often is <b>${first[0]}</b>: ${percent(first[1])} of its attacks.`;
}

function resampled({ resampling: { over, unavailable } }: Figures): Content {
  return unavailable === undefined ? `Intervals come from a bootstrap over ${over}.` : `There are no intervals: ${unavailable}`;
}

/** The interval of a plain figure. */
export function intervalOf({ intervals }: Figures, name: string): readonly [number, number] | undefined {
  const found = intervals[name];
  return Array.isArray(found) ? (found as unknown as readonly [number, number]) : undefined;
}

/** `trained in 4 min 10 s`, and the like, under the title. */
export function subtitleOf({ results, environment, group, name }: Subject): string {
  const parts = [
    group === name ? undefined : group,
    typeof results?.epochs === 'number' ? count(results.epochs, 'epoch') : undefined,
    typeof results?.seconds?.training === 'number' ? `trained in ${duration(results.seconds.training)}` : undefined,
    typeof environment?.['time'] === 'string' ? environment['time'].slice(0, 10) : undefined,
  ];
  return parts.filter((part) => part !== undefined).join(' · ');
}
