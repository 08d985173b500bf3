import { absent, gallery } from '../page/page.ts';
import type { Picture } from '../plots/draw-plot.ts';
import { landscapePlots } from '../plots/landscape-plot.ts';
import { surfacePlots } from '../plots/surface-plot.ts';
import { landscapeOf, thinLandscape } from '../read/landscape.ts';
import type { Subject } from '../read/subject.ts';
import { commandPath } from '../text/command-path.ts';
import { type Html, html } from '../text/html.ts';

/** Along each direction: nobody sees more apart, and the page stays small. The file has them all. */
const mostPoints = { contours: 61, surface: 31 };

/** The loss around the solution, by domain, from the run's `landscape.json`. */
export function landscapeSection({ landscape, path }: Subject): { readonly body: Html; readonly pictures: readonly Picture[] } {
  if (!landscape) return { body: absent(`Not measured. gradalign landscape ${commandPath(path)} adds it to the next report.`), pictures: [] };
  const found = landscapeOf(landscape);
  if ('error' in found) return { body: absent(`Not drawn: ${found.error}. gradalign landscape ${commandPath(path)} measures what is missing.`), pictures: [] };
  const [contours, surfaces] = [landscapePlots(thinLandscape(found, mostPoints.contours)), surfacePlots(thinLandscape(found, mostPoints.surface))];
  const pictures = contours.flatMap((contour, i) => [contour, ...surfaces.slice(i, i + 1)]);
  const note = `Risk at ${found.points} × ${found.points} points around the weights of ${found.checkpoint}, all domains on the same points and the same colors. Two directions of many: valleys differ from draw to draw, so compare domains and runs of the same network, not single bumps.${found.points > mostPoints.surface ? ' Of so many points only some are drawn; landscape.json has them all.' : ''}`;
  return { body: html`${gallery(pictures)}<p class="note">${note}</p>`, pictures };
}
