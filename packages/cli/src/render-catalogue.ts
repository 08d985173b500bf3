import type { DescribedItem, DescribedOption } from '@gradalign/core';

/** Items by kind; with details their options too. */
export function renderCatalogue(items: readonly DescribedItem[], { details }: { readonly details: boolean }): string {
  if (items.length === 0) return 'nothing of that kind';
  const kinds = [...new Set(items.map(({ kind }) => kind))];
  return kinds
    .map((kind) => {
      const own = items.filter((item) => item.kind === kind);
      const width = Math.max(...own.map(({ name }) => name.length));
      return [`${kind}:`, ...own.flatMap((item) => renderItem(item, width, details))].join('\n');
    })
    .join('\n\n');
}

function renderItem({ name, summary, paper, layout, package: from, options, cost }: DescribedItem, width: number, details: boolean): string[] {
  const head = `  ${name.padEnd(width)}  ${summary}`;
  const price = cost
    ? [`  ${' '.repeat(width)}  a step for k domains: ${cost.forwards} forwards, ${cost.backwards} backwards; ${cost.weightCopies} copies of the weights`]
    : [];
  if (!details) return [head, ...price];
  return [head, ...price, `      from ${from}`, ...(paper ? [`      ${paper}`] : []), ...renderLayout(layout), ...options.map(renderOption)];
}

function renderLayout(layout: string | undefined): string[] {
  return layout === undefined ? [] : ['      expects below its root:', ...layout.split('\n').map((line) => `        ${line}`)];
}

export function renderOption({ name, type, required, default: fallback, range, description }: DescribedOption): string {
  const facts = [
    type,
    ...(range ? [range] : []),
    ...(required ? ['required'] : []),
    ...(fallback === undefined ? [] : [`default ${JSON.stringify(fallback)}`]),
  ];
  return `      ${name}: ${facts.join(', ')}${description ? `. ${description}` : ''}`;
}
