import { table } from '../page/page.ts';
import type { MeasuredOrNot } from '../read/measure.ts';
import type { Subject } from '../read/subject.ts';
import { number, percent, percentRange } from '../text/format.ts';
import { type Content, type Html, html } from '../text/html.ts';
import { conventionsOf } from './conventions.ts';
import { intervalOf } from './summary.ts';

/** A table of subjects for each convention; a subject that could not be measured says why. */
export function subjectsTables(measured: readonly { readonly subject: Subject; readonly measured: MeasuredOrNot }[]): Html {
  const names = ['deployable', 'fixed', 'literature'] as const;
  const failed = measured.flatMap(({ subject, measured: one }) => ('error' in one ? [html`<li><b>${subject.name}</b>: ${one.error}</li>`] : []));
  return html`${names.map((name) => {
    const rows = measured.flatMap(({ subject, measured: one }): Content[][] => {
      const found = 'error' in one ? undefined : conventionsOf(one.all).find((convention) => convention.name === name);
      if (!found) return [];
      const { figures } = found;
      const cell = (figure: 'far' | 'bpcer' | 'hter' | 'auc' | 'eer') => {
        const interval = intervalOf(figures, figure);
        return html`${percent(figures[figure])}${interval && html`<small>${percentRange(interval)}</small>`}`;
      };
      return [[subject.name, number(figures.threshold), cell('far'), cell('bpcer'), cell('hter'), cell('auc'), cell('eer'), figures.n.toLocaleString('en-US')]];
    });
    return rows.length === 0
      ? ''
      : table(`${name}: with 95% intervals`, ['system', 'threshold', 'attacks accepted', 'people refused', 'HTER', 'AUC', 'EER', 'n'], rows, { stacked: true });
  })}${failed.length > 0 ? html`<h3>Without figures</h3><ul>${failed}</ul>` : ''}`;
}
