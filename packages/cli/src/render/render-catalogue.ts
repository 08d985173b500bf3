import { type DescribedItem, type DescribedOption, renderTable } from '@gradalign/core';

/** Items by kind; with `details` their options too. */
export function renderCatalogue(items: readonly DescribedItem[], { details }: { readonly details: boolean }): string {
  if (items.length === 0) return 'nothing of that kind';
  const kinds = [...new Set(items.map(({ kind }) => kind))];
  return kinds
    .map((kind) => {
      const own = items.filter((item) => item.kind === kind);
      return `${kind}:\n${details ? own.map(renderItem).join('\n') : renderTable(own.flatMap(summaryRows), 2)}`;
    })
    .join('\n\n');
}

function summaryRows({ name, summary, cost }: DescribedItem): string[][] {
  const price = cost && `one step for k domains: ${cost.forwards} forwards, ${cost.backwards} backwards; ${cost.weightCopies} copies of the weights`;
  return [[name, summary], ...(price ? [['', price]] : [])];
}

function renderItem(item: DescribedItem): string {
  const { paper, layout, package: from, options } = item;
  return [
    renderTable(summaryRows(item), 2),
    `      from ${from}`,
    ...(paper ? [`      ${paper}`] : []),
    ...renderLayout(layout),
    ...options.map((option) => `      ${renderOption(option)}`),
  ].join('\n');
}

function renderLayout(layout: string | undefined): string[] {
  return layout === undefined ? [] : ['      expects under its root:', ...layout.split('\n').map((line) => `        ${line}`)];
}

/** `rho: number, > 0, default 0.1. Radius of the ascent step`. */
export function renderOption({ name, type, required, default: fallback, range, description }: DescribedOption): string {
  const facts = [
    type,
    ...(range ? [range] : []),
    ...(required ? ['required'] : []),
    ...(fallback === undefined ? [] : [`default ${JSON.stringify(fallback)}`]),
  ];
  return `${name}: ${facts.join(', ')}${description ? `. ${description}` : ''}`;
}
