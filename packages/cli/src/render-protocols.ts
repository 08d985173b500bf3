import { type DescribedOption, type Protocol, renderTable } from '@gradalign/core';
import { renderOption } from './render-catalogue.ts';

/** A protocol with its default options, as `gradalign protocol` tells it. Plain JSON. */
export interface ToldProtocol extends Protocol {
  readonly name: string;
  readonly summary: string;
  readonly paper?: string;
  readonly aliases: readonly string[];
  /** Further names of its domains in `data.domains`. */
  readonly alsoCalled: Readonly<Record<string, readonly string[]>>;
  readonly practice: string;
  readonly criticism: string;
  readonly options: readonly DescribedOption[];
}

export function renderProtocolList(all: readonly ToldProtocol[]): string {
  const rows = all.map(({ name, sources, targets, summary }) => [name, sources.join(', '), targets.join(', '), summary]);
  return `${renderTable([['protocol', 'trained on', 'tested on', ''], ...rows], 4)}\n\nOne of them: gradalign protocol show <name>. In an experiment: data: { protocol: <name>, domains: { ... } }`;
}

export function renderProtocolStory({
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
}: ToldProtocol): string {
  const called = (domain: string) => `${domain}${alsoCalled[domain] ? ` (or ${alsoCalled[domain].join(', ')})` : ''}`;
  return [
    `${name}: ${summary}`,
    ...(paper ? [paper] : []),
    '',
    `  trained on  ${sources.map(called).join(', ')}; split ${splits.source.join(' + ')}`,
    `  tested on   ${targets.map(called).join(', ')}; split ${splits.target.join(' + ')}`,
    `  held out    ${holdOut * 100} % of the subjects of each source: thresholds and checkpoints are chosen on them`,
    '',
    'What published work does with it',
    paragraph(practice),
    '',
    'What to hold against that',
    paragraph(criticism),
    '',
    'Options, as data: { protocol: { use: <name>, ... } }',
    ...options.map((option) => renderOption(option).replace(/^ {6}/, '  ')),
    '  domains: map. Which key of data.domains is meant by a name: { oulu: my-oulu }',
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
