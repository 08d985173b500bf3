import type { Picture } from '../plots/draw-plot.ts';
import { type Content, Html, html, printable } from '../text/html.ts';
import { stylesheet } from './stylesheet.ts';

/** A part of the page with a heading. */
export interface Section {
  /** Of the link to it. */
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}

/** What stands above the sections. */
export interface PageHead {
  readonly title: string;
  /** One line under the title. */
  readonly subtitle: string;
  readonly lead: Html;
}

/**
 * A whole page: one file without scripts that asks for nothing. Its content security policy forbids every request, so that not even a mistake in
 * this package could make one.
 */
export function page({ title, subtitle, lead }: PageHead, sections: readonly Section[]): string {
  const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";
  return `<!doctype html>\n${
    html`<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${printable(title)} - gradalign report</title>
<style>${new Html(stylesheet())}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
<header class="top"><div class="wide">
<p class="brand">gradalign report</p>
<h1>${title}</h1>
<p class="subtitle">${subtitle}</p>
</div></header>
<nav aria-label="Sections"><div class="wide"><ul>${sections.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></div></nav>
<main id="main" class="wide">
${lead}
${sections.map(({ id, title: name, body }) => html`<section id="${id}" aria-labelledby="${id}-heading"><h2 id="${id}-heading">${name}</h2>\n${body}\n</section>\n`)}
</main>
<footer class="wide"><p>Made by gradalign. This file holds everything it shows: it opens offline and asks nothing of any server. Under each plot its numbers can be saved as CSV.</p></footer>
</body>
</html>
`.text
  }`;
}

/** Plots side by side, one under the other on a phone, each with its numbers to save. */
export function gallery(pictures: readonly Picture[]): Html {
  return html`<div class="gallery">${pictures.map(
    ({ id, title, description, svg, csv }) =>
      html`<figure class="plot" id="plot-${id}"><h3>${title}</h3>${new Html(svg)}<figcaption>${description} <a download="${id}.csv" href="data:text/csv;charset=utf-8;base64,${Buffer.from(csv).toString('base64')}">Numbers (CSV)<span class="visually-hidden"> of ${title}</span></a></figcaption></figure>`,
  )}</div>`;
}

/** One line that says why there is nothing to see. */
export function absent(reason: string): Html {
  return html`<p class="absent">${reason}</p>`;
}

/** How a table is set. */
export interface TableOptions {
  /** Columns of text, by index: set to the left. The others hold numbers, but for the first. */
  readonly text?: readonly number[];
  /** Intervals stand under their figures, for tables with many columns. */
  readonly stacked?: boolean;
}

/** A table with a caption and headers; the first cell of a row is its header. Wide tables scroll in a box of their own. */
export function table(
  caption: string,
  columns: readonly Content[],
  rows: readonly (readonly Content[])[],
  { text = [], stacked = false }: TableOptions = {},
): Html {
  const kind = (column: number) => text.includes(column) && html` class="text"`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Table: ${caption}"><table class="${stacked ? 'numeric stacked' : 'numeric'}"><caption><span>${caption}</span></caption><thead><tr>${columns.map(
    (column, i) => html`<th scope="col"${kind(i)}>${column}</th>`,
  )}</tr></thead><tbody>${rows.map(
    ([first, ...cells]) => html`<tr><th scope="row">${first}</th>${cells.map((cell, i) => html`<td${kind(i + 1)}>${cell}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}
