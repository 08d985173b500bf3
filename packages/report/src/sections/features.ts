import { absent, gallery } from '../page/page.ts';
import type { Picture } from '../plots/draw-plot.ts';
import { featuresPlots } from '../plots/features-plot.ts';
import { featuresOf } from '../read/features.ts';
import type { Subject } from '../read/subject.ts';
import { commandPath } from '../text/command-path.ts';
import { type Html, html } from '../text/html.ts';

/** The `features.json` of a run, which `gradalign features` writes; or how to have one. */
export function featuresSection({ features, path }: Subject): { readonly body: Html; readonly pictures: readonly Picture[] } {
  if (!features) return { body: absent(`Not measured. gradalign features ${commandPath(path)} adds them to the next report.`), pictures: [] };
  const found = featuresOf(features);
  if ('error' in found) return { body: absent(`Not drawn: ${found.error}. gradalign features ${commandPath(path)} measures them anew.`), pictures: [] };
  const pictures = featuresPlots(found);
  const note = `${found.dimensions} features of each image, with the weights of ${found.checkpoint}: images of the sources' training share and of the targets, spread evenly over domains and classes. UMAP looks at ${found.neighbors} neighbors and starts from the run's seed.`;
  return { body: html`${gallery(pictures)}<p class="note">${note}</p>`, pictures };
}
