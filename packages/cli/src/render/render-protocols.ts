import { renderTable } from '@gradalign/core';
import type { DescribedProtocol } from '../data/describe-protocols.ts';
import { renderOption } from './render-catalogue.ts';

/** A row a protocol. */
export function renderProtocolList(all: readonly DescribedProtocol[]): string {
  const rows = all.map(({ name, sources, targets, summary }) => [name, sources.join(', '), targets.join(', '), summary]);
  return `${renderTable([['protocol', 'trained on', 'tested on', ''], ...rows], 4)}\n\nDetails: gradalign protocol show <name>. In an experiment: data: { protocol: <name>, domains: { ... } }`;
}

/** All there is to know about one protocol. */
export function renderProtocolDetails({
  name,
  summary,
  paper,
  sources,
  targets,
  splits,
  holdOut,
  alsoCalled,
  practice,
  criticism,
  options,
}: DescribedProtocol): string {
  const called = (domain: string) => `${domain}${alsoCalled[domain] ? ` (or ${alsoCalled[domain].join(', ')})` : ''}`;
  return [
    `${name}: ${summary}`,
    ...(paper ? [paper] : []),
    '',
    `  trained on  ${sources.map(called).join(', ')}; split ${splits.source.join(' + ')}`,
    `  tested on   ${targets.map(called).join(', ')}; split ${splits.target.join(' + ')}`,
    `  held out    ${holdOut * 100} % of the subjects of each source, to choose thresholds and checkpoints`,
    '',
    'How published work uses it',
    paragraph(practice),
    '',
    'Criticism',
    paragraph(criticism),
    '',
    'Options, as data: { protocol: { use: <name>, ... } }',
    ...options.map((option) => `  ${renderOption(option)}`),
    '  domains: map. The key of data.domains for each name: { oulu: my-oulu }',
  ].join('\n');
}

/** Lines of at most 100 characters, indented by two. */
function paragraph(text: string): string {
  const lines: string[] = [];
  let line = ' ';
  for (const word of text.split(/\s+/)) {
    if (line.length + word.length + 1 > 100) {
      lines.push(line);
      line = ' ';
    }
    line += ` ${word}`;
  }
  return [...lines, line].join('\n');
}
