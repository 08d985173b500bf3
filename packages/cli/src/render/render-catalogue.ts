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

function summaryRows({ name, summary, cost, paper }: DescribedItem): string[][] {
  return [[name, summary], ...[...renderCost(cost), ...(paper ? [paper] : [])].map((text) => ['', text])];
}

function renderCost(cost: DescribedItem['cost']): string[] {
  if (!cost) return [];
  return [`one step over k domains, forward passes: ${cost.forwards}; backward passes: ${cost.backwards}; copies of the weights: ${cost.weightCopies}`];
}

function renderItem({ name, summary, cost, paper, layout, package: from, options }: DescribedItem): string {
  return [
    `  ${name}  ${summary}`,
    ...renderCost(cost).map((text) => `      ${text}`),
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
