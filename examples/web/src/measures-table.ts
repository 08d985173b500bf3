import type { JudgmentMeasure } from '@gradalign/liveness';
import { decimal, percent } from './numbers.ts';
import { pageElement } from './page-element.ts';

/** Names and units of measures. */
const kinds: Readonly<Record<JudgmentMeasure['name'], { readonly title: string; readonly text: (value: number) => string }>> = {
  faces: { title: 'Faces', text: (value) => decimal(value, 0) },
  size: { title: 'Shorter side of the face, pixels', text: (value) => decimal(value, 0) },
  cutOff: { title: 'Face beyond the border', text: percent },
  brightness: { title: 'Brightness, 0 to 255', text: (value) => decimal(value, 0) },
  sharpness: { title: 'Sharpness', text: (value) => decimal(value, 1) },
};

/** Shows what was measured on a picture; those after the first miss were not measured. */
export function showMeasures(measures: readonly JudgmentMeasure[]): void {
  pageElement('measures', HTMLTableSectionElement).replaceChildren(
    ...Object.entries(kinds).map(([name, kind]) =>
      row(
        kind,
        measures.find((one) => one.name === name),
      ),
    ),
  );
}

function row({ title, text }: (typeof kinds)[JudgmentMeasure['name']], measure: JudgmentMeasure | undefined): HTMLTableRowElement {
  const element = document.createElement('tr');
  const heading = document.createElement('th');
  heading.scope = 'row';
  heading.textContent = title;
  const passes = measure && measure.value >= (measure.least ?? Number.NEGATIVE_INFINITY) && measure.value <= (measure.most ?? Number.POSITIVE_INFINITY);
  const result = measure === undefined ? 'not measured' : passes ? 'passes' : 'refused';
  const cells = [measure ? text(measure.value) : '–', measure ? limit(measure, text) : '–', result].map((content) => {
    const cell = document.createElement('td');
    cell.textContent = content;
    return cell;
  });
  if (result === 'refused') element.className = 'missed';
  element.append(heading, ...cells);
  return element;
}

function limit({ least, most }: JudgmentMeasure, text: (value: number) => string): string {
  if (least !== undefined && least === most) return text(least);
  return [least === undefined ? '' : `at least ${text(least)}`, most === undefined ? '' : `at most ${text(most)}`].filter(Boolean).join(', ');
}
