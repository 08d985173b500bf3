import { absent } from '../page/page.ts';
import type { HeatMaps } from '../pictures/heat-maps.ts';
import type { Pictures } from '../pictures/load-pictures.ts';
import type { WorstErrors, WrongSample } from '../pictures/worst-errors.ts';
import { number, shortened } from '../text/format.ts';
import { type Content, type Html, html } from '../text/html.ts';

/** What there is to see of the errors. */
export interface ErrorPictures {
  readonly pictures: Pictures;
  readonly heat?: HeatMaps;
}

/** Contact sheets of the attacks that passed and of the people who were refused, worst first, each with where the network looked. */
export function worstErrorsSection(
  { acceptedAttacks, refusedPeople }: WorstErrors,
  seen: ErrorPictures,
  threshold: { readonly value: number; readonly name: string },
): Html {
  const { pictures, heat } = seen;
  return html`<p>Single images on the wrong side of the ${threshold.name} threshold for images (${number(threshold.value)}), farthest from it first, one of each video.${
    heat && heat.problem === undefined
      ? ' Beside each stands where the network looked (Grad-CAM on its last spatial map, Selvaraju et al. 2017): bright is what spoke for the wrong decision, each picture on a scale of its own.'
      : ''
  }</p>
${pictures.problem === undefined ? '' : absent(`Pictures: ${pictures.problem}.`)}
${heat?.problem === undefined ? '' : absent(`Where the network looked is not shown: ${heat.problem}.`)}
<h3>Attacks that pass</h3>
${acceptedAttacks.length > 0 ? sheet(acceptedAttacks, seen, 'live') : absent('None at this threshold.')}
<h3>People who are refused</h3>
${refusedPeople.length > 0 ? sheet(refusedPeople, seen, 'an attack') : absent('None at this threshold.')}`;
}

function sheet(samples: readonly WrongSample[], { pictures, heat }: ErrorPictures, spokeFor: string): Html {
  const withHeat = heat !== undefined && heat.problem === undefined;
  return html`<ul class="${withHeat ? 'sheet pairs' : 'sheet'}">${samples.map((sample) => {
    const picture = pictures.find(sample);
    const what = sample.bonaFide ? 'bona fide' : sample.species;
    const image = picture
      ? html`<img src="${picture}" width="144" height="144" alt="${what}, score ${number(sample.score)}">`
      : html`<span class="nothing">no picture</span>`;
    const images = withHeat ? html`<div class="pair">${image}${heatOf(sample, heat, spokeFor)}</div>` : image;
    return html`<li>${images}<p><b>${sample.score.toPrecision(3)}</b> ${what}<span class="id">${sample.domain ? html`${sample.domain}<br>` : ''}${shortName(sample.id)}</span></p></li>`;
  })}</ul>`;
}

function heatOf(sample: WrongSample, heat: HeatMaps, spokeFor: string): Content {
  const map = heat.find(sample);
  if (!map) return html`<span class="nothing">no heat map</span>`;
  if (map.strongest === undefined) return html`<span class="nothing">nothing in it spoke for ${spokeFor}</span>`;
  return html`<img src="${map.url}" width="144" height="144" alt="what spoke for ${spokeFor}: strongest at the ${map.strongest}">`;
}

/** The last two parts of a path: the clip and the frame. */
function shortName(id: string): string {
  return id
    .split(/[\\/]/)
    .slice(-2)
    .map((part) => shortened(part, 24))
    .join('/');
}
