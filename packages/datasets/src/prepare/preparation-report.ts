import { byCodePoint } from '../code-point-order.ts';
import type { ClipRecord } from './journal.ts';

export interface ClipNote {
  readonly clip: string;
  readonly reason: string;
}

/** What became of a domain's clips. Plain JSON. */
export interface DomainReport {
  readonly clips: number;
  readonly prepared: number;
  readonly crops: number;
  /** Chosen frames that were looked at, of clips that can be read. */
  readonly frames: number;
  readonly framesWithoutFace: number;
  /** Clips that can be read and show no face in any chosen frame. */
  readonly withoutFace: readonly ClipNote[];
  /** Clips that cannot be read whole, or are listed in two ways. */
  readonly broken: readonly ClipNote[];
  /** What else there is to say about clips that were dealt with. */
  readonly problems: readonly ClipNote[];
}

/** `report.json` */
export interface PreparationReport {
  readonly domains: Readonly<Record<string, DomainReport>>;
}

export function domainReport(
  records: readonly ClipRecord[],
  contradictory: readonly { readonly id: string; readonly reason: string }[],
  problems: readonly string[],
): DomainReport {
  const notes = (status: ClipRecord['status']): ClipNote[] =>
    records.filter((record) => record.status === status).map(({ id, reason }) => ({ clip: id, reason: reason ?? '' }));
  const sum = (of: (record: ClipRecord) => number) => records.reduce((total, record) => total + of(record), 0);
  return {
    clips: records.length + contradictory.length,
    prepared: records.filter(({ status }) => status === 'prepared').length,
    crops: sum(({ rows }) => rows.length),
    frames: sum(({ frames }) => frames),
    framesWithoutFace: sum(({ framesWithoutFace }) => framesWithoutFace),
    withoutFace: notes('no face'),
    broken: [...notes('broken'), ...contradictory.map(({ id, reason }) => ({ clip: id, reason }))].sort((a, b) => byCodePoint(a.clip, b.clip)),
    problems: [
      ...problems.map((reason) => ({ clip: '', reason })),
      ...records.flatMap(({ id, problems: own = [] }) => own.map((reason) => ({ clip: id, reason }))),
    ],
  };
}

/** Entries of a list that are spelled out on the terminal. */
const shown = 20;

/** For people; `report.json` holds the lists in full. */
export function renderPreparation({ domains }: PreparationReport): string {
  return Object.entries(domains)
    .map(([domain, report]) =>
      [
        `${domain}: ${counted(report.crops, 'crop')} of ${report.prepared} of ${counted(report.clips, 'clip')}${report.framesWithoutFace > 0 ? `; ${report.framesWithoutFace} of ${report.frames} frames without a face` : ''}`,
        ...listed(`without a face in any frame: ${counted(report.withoutFace.length, 'clip')}`, report.withoutFace),
        ...listed(`broken: ${counted(report.broken.length, 'clip')}`, report.broken),
        ...listed(`to be looked at: ${report.problems.length}`, report.problems),
      ].join('\n'),
    )
    .join('\n');
}

function listed(head: string, notes: readonly ClipNote[]): string[] {
  if (notes.length === 0) return [];
  const lines = notes.slice(0, shown).map(({ clip, reason }) => `    ${clip === '' ? '' : `${clip}: `}${reason}`);
  return [`  ${head}`, ...lines, ...(notes.length > shown ? [`    and ${notes.length - shown} more: report.json has them all`] : [])];
}

function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
