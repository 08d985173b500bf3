import type { Counts, DomainInspection, Inspection } from './inspect-datasets.ts';

export interface RenderInspectionOptions {
  /** Of each list (broken files, say) at most so many lines are shown. */
  readonly lines?: number;
}

/** What an inspection found, as text for a terminal. */
export function renderInspection({ domains }: Inspection, { lines = 10 }: RenderInspectionOptions = {}): string {
  return Object.entries(domains)
    .map(([name, found]) => renderDomain(name, found, lines).join('\n'))
    .join('\n\n');
}

function renderDomain(name: string, found: DomainInspection, lines: number): string[] {
  const { clips, images, species, subjects, sharedSubjects, withoutSubject, unmatched, missing, broken } = found;
  const speciesCounts = Object.entries(species).map(([kind, n]) => `${kind} ${n}`);
  const shared = sharedSubjects.map(({ subject, splits }) => `${subject} (${splits.join(', ')})`);
  return [
    `${name}: ${count(sum(images), 'image')} in ${count(sum(clips), 'clip')}`,
    ...renderTable(clips, images, subjects),
    ...(speciesCounts.length > 0 ? [`  species, in clips: ${speciesCounts.join(', ')}`] : []),
    ...(withoutSubject > 0 ? [`  ${count(withoutSubject, 'clip')} of which the subject is not known`] : []),
    ...renderList(`${count(shared.length, 'subject')} in more than one split`, shared, lines),
    ...renderList(`${count(unmatched.length, 'file')} that ${unmatched.length === 1 ? 'fits' : 'fit'} no naming rule`, unmatched, lines),
    ...renderList(`${count(missing.length, 'name')} of what is not there`, missing, lines),
    ...renderList(
      `${count(broken?.length ?? 0, 'image')} that cannot be used`,
      (broken ?? []).map(({ id, reason }) => `${id}: ${reason}`),
      lines,
    ),
    ...(broken?.length === 0 ? ['  every image can be read'] : []),
  ];
}

/** Clips by split and class, with images in brackets, and subjects. */
function renderTable(clips: Counts, images: Counts, subjects: DomainInspection['subjects']): string[] {
  const classes = Object.keys(Object.values(clips)[0] ?? {});
  const rows = Object.entries(clips).map(([split, byClass]) => [
    split,
    ...classes.map((name) => inClips(byClass[name] ?? 0, images[split]?.[name] ?? 0)),
    String(subjects[split] ?? 0),
  ]);
  const table = [['split', ...classes, 'subjects'], ...rows];
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  return table.map((row) => `  ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')}`);
}

function inClips(clips: number, images: number): string {
  return clips === images ? String(clips) : `${clips} (${images} images)`;
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
  return Object.values(counts)
    .flatMap((byClass) => Object.values(byClass))
    .reduce((total, n) => total + n, 0);
}
