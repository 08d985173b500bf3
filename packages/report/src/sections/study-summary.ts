import type { PairedDifference } from '../plots/forest-plot.ts';
import type { StudyState } from '../read/read-study.ts';
import { count, listed, metricName, percent } from '../text/format.ts';
import { type Content, type Html, html } from '../text/html.ts';
import type { StudyFigure } from './paired-differences.ts';
import { studyRates } from './study-rates.ts';

/** What a manager needs of a study: what was compared, whether the methods differ, and what is missing. */
export function studySummary(state: StudyState, figure: StudyFigure | undefined, baseline: string | undefined, differences: readonly PairedDifference[]): Html {
  const { study, runs } = state;
  const methods = Object.keys(study.methods);
  const targets = study.protocols ?? study.leaveOut;
  const finished = runs.filter(({ state }) => state === 'finished').length;
  return html`<p class="lead"><b>${listed(methods)}</b> ${methods.length === 1 ? 'was' : 'were'} trained ${
    study.protocols
      ? html`under ${count(targets.length, 'protocol')} (${listed(targets)})`
      : html`with ${targets.length === 1 ? '' : 'each of '}${listed(targets)} left out${targets.length === 1 ? '' : ' in turn'}, and tested there`
  }, with ${count(study.seeds.length, 'seed')}.</p>
<ul class="tiles">
<li class="tile"><p class="name">Runs that are finished</p><p class="value">${finished}<span class="visually-hidden"> of ${runs.length}</span></p><p class="detail">${finished === runs.length ? 'all of them' : `${runs.length - finished} of ${runs.length} failed, were interrupted, are missing or stand apart; they are in no figure`}</p></li>
${differences
  .filter(({ target }, _, all) => target === 'all' || !all.some((one) => one.target === 'all'))
  .slice(0, 3)
  .map((one) => tile(one, figure, baseline))}
</ul>
${studyRates(state)}
${differences.length > 0 ? html`<p class="note">Differences are paired by target and seed, with 95% intervals over ${study.seeds.length === 1 ? 'the runs' : 'seeds and targets'}. An interval that holds zero shows no clear difference; it does not show that there is none.</p>` : ''}`;
}

function tile({ method, mean, half95, pairs, target }: PairedDifference, figure: StudyFigure | undefined, baseline: string | undefined): Content {
  if (!figure || baseline === undefined) return undefined;
  const sign = (value: number) => `${value > 0 ? '+' : value < 0 ? '−' : ''}${percent(Math.abs(value)).replace('%', '')}`;
  const verdict = verdictOf(mean, half95, pairs);
  return html`<li class="tile"><p class="name">${method} against ${baseline}, ${figure.convention === 'figures' ? '' : `${figure.convention} `}${metricName(figure.metric)}${target === 'all' ? '' : `, ${target}`}</p><p class="value">${sign(mean)}<span class="unit"> points</span></p><p class="detail">${
    half95 === undefined ? verdict : `95% interval ${sign(mean - half95)} to ${sign(mean + half95)}: ${verdict}`
  }<br>${count(pairs, 'pair')} of runs</p></li>`;
}

/** Two pairs, or differences that are all the same (few test videos make that likely), say too little about how far others would lie apart. */
function verdictOf(mean: number, half95: number | undefined, pairs: number): string {
  if (half95 === undefined) return 'one pair: no interval';
  if (Math.abs(mean) <= half95) return 'no clear difference';
  return pairs < 3 || half95 < 1e-9 ? 'too few pairs to tell' : 'a clear difference';
}
