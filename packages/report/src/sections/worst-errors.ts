import { absent } from '../page/page.ts';
import type { Pictures } from '../pictures/load-pictures.ts';
import type { WorstErrors, WrongSample } from '../pictures/worst-errors.ts';
import { number, shortened } from '../text/format.ts';
import { type Html, html } from '../text/html.ts';

/** Contact sheets of the attacks that passed and of the people who were refused, worst first. */
export function worstErrorsSection(
  { acceptedAttacks, refusedPeople }: WorstErrors,
  pictures: Pictures,
  threshold: { readonly value: number; readonly name: string },
): Html {
  return html`<p>Single images on the wrong side of the ${threshold.name} threshold for images (${number(threshold.value)}), farthest from it first, one of each video.</p>
${pictures.problem === undefined ? '' : absent(`Pictures: ${pictures.problem}.`)}
<h3>Attacks that pass</h3>
${acceptedAttacks.length > 0 ? sheet(acceptedAttacks, pictures) : absent('None at this threshold.')}
<h3>People who are refused</h3>
${refusedPeople.length > 0 ? sheet(refusedPeople, pictures) : absent('None at this threshold.')}`;
}

function sheet(samples: readonly WrongSample[], pictures: Pictures): Html {
  return html`<ul class="sheet">${samples.map((sample) => {
    const picture = pictures.find(sample);
    const what = sample.bonaFide ? 'bona fide' : sample.species;
    const image = picture
      ? html`<img src="${picture}" width="144" height="144" alt="${what}, score ${number(sample.score)}">`
      : html`<span class="nothing">no picture</span>`;
    return html`<li>${image}<p><b>${sample.score.toPrecision(3)}</b> ${what}<span class="id">${sample.domain ? html`${sample.domain}<br>` : ''}${shortName(sample.id)}</span></p></li>`;
  })}</ul>`;
}

/** The last two parts of a path: the clip and the frame. */
function shortName(id: string): string {
  return id
    .split(/[\\/]/)
    .slice(-2)
    .map((part) => shortened(part, 24))
    .join('/');
}
