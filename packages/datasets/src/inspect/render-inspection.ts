import { renderTable, splits } from '@gradalign/core';
import type { Counts, DomainInspection, Inspection } from './inspect-datasets.ts';

/** Options of `renderInspection`. */
export interface RenderInspectionOptions {
  /** Lines shown of each list (broken files, for example) at most; default 10. */
  readonly lines?: number;
}

/** An inspection as text for a terminal. */
export function renderInspection({ domains }: Inspection, { lines = 10 }: RenderInspectionOptions = {}): string {
  return Object.entries(domains)
    .map(([name, found]) => renderDomain(name, found, lines).join('\n'))
    .join('\n\n');
}

function renderDomain(name: string, found: DomainInspection, lines: number): string[] {
  const { clips, images, species, sharedSubjects, withoutSubject, unmatched, missing, problems, leftOut, advice, polarity, broken } = found;
  // Those that no other list names already.
  const named = new Set([...missing, ...problems]);
  const others = leftOut
    .filter(({ kind, what, why }) => !(kind === 'place' || named.has(what) || named.has(`${what}: ${why}`)))
    .map(({ what, why }) => `${what}: ${why}`);
  const kind = images ? 'image' : 'clip';
  const speciesCounts = Object.entries(species).map(([what, n]) => `${what} ${n}`);
  const shared = sharedSubjects.map(({ subject, splits }) => `${subject} (${splits.join(', ')})`);
  return [
    `${name}: ${images ? `${count(sum(images), 'image')} in ` : ''}${count(sum(clips), 'clip')}`,
    ...renderCounts(found),
    ...(polarity === undefined ? [] : [`  ${polarity}`]),
    ...(speciesCounts.length > 0 ? [`  species, in clips: ${speciesCounts.join(', ')}`] : []),
    ...(withoutSubject > 0 ? [`  ${count(withoutSubject, 'clip')} without a known subject`] : []),
    ...renderList(`${count(shared.length, 'subject')} in more than one split`, shared, lines),
    ...renderList(`${count(unmatched.length, 'file')} that ${unmatched.length === 1 ? 'matches' : 'match'} no naming rule`, unmatched, lines),
    ...renderList(`${count(missing.length, 'name')} of missing files`, missing, lines),
    ...renderList(count(problems.length, 'problem'), problems, lines),
    ...renderList(`${count(others.length, 'file')} left out`, others, lines),
    ...renderList('to consider', advice, lines),
    ...renderList(
      `${count(broken?.length ?? 0, kind)} that cannot be used`,
      (broken ?? []).map(({ id, reason }) => `${id}: ${reason}`),
      lines,
    ),
    ...(broken?.length === 0 ? [`  every ${kind} can be ${images ? 'read' : 'opened'}`] : []),
  ];
}

/** Clips by split and class, of how many there should be, with images in parentheses; and subjects. */
function renderCounts({ clips, images, subjects, official: { all: whole, ...official } = {} }: DomainInspection): string[] {
  const classes = [...new Set([...Object.values(clips), ...Object.values(official)].flatMap((byClass) => Object.keys(byClass)))];
  const present = splits.filter((split) => clips[split] ?? official[split]);
  const rows = present.map((split) => [
    split,
    ...classes.map((name) => inClips(countOf(clips[split], images?.[split], name), images?.[split]?.[name], official[split]?.[name])),
    String(subjects[split] ?? 0),
  ]);
  const table = [['split', ...classes, 'subjects'], ...rows];
  // Some authors state the size of the whole set only, not of its splits.
  const inAll = Object.entries(whole ?? {}).map(([name, n]) => `${name} ${inClips(countOf(totals(clips), images && totals(images), name), undefined, n)}`);
  return [renderTable(table, 1), ...(inAll.length > 0 ? [`  in all: ${inAll.join(', ')}`] : [])];
}

/** What a name counts: clips of a class, `all` clips, or `images`. */
function countOf(clips: Counts[string] = {}, images: Counts[string] | undefined, name: string): number {
  if (name === 'images') return sumOf(images);
  return clips[name] ?? (name === 'all' ? sumOf(clips) : 0);
}

/** Counts by class over all splits. */
function totals(counts: Counts): Counts[string] {
  const all: Record<string, number> = {};
  for (const byClass of Object.values(counts)) for (const [name, n] of Object.entries(byClass)) all[name] = (all[name] ?? 0) + n;
  return all;
}

function inClips(clips: number, images: number | undefined, official: number | undefined): string {
  const of = official === undefined ? '' : ` of ${official}`;
  return images === undefined || clips === images ? `${clips}${of}` : `${clips}${of} (${images} images)`;
}

function renderList(title: string, items: readonly string[], lines: number): string[] {
  if (items.length === 0) return [];
  const more = items.length - lines;
  return [`  ${title}:`, ...items.slice(0, lines).map((item) => `    ${item}`), ...(more > 0 ? [`    and ${more} more`] : [])];
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

function sum(counts: Counts): number {
  return Object.values(counts).reduce((total, byClass) => total + sumOf(byClass), 0);
}

function sumOf(byClass: Counts[string] = {}): number {
  return Object.values(byClass).reduce((total, n) => total + n, 0);
}
