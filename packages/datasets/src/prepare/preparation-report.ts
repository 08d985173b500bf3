import { byCodePoint } from '../on-disk/code-point-order.ts';
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

/** @param records in the order of their ids; gone through once */
export function domainReport(
  records: Iterable<ClipRecord>,
  contradictory: readonly { readonly id: string; readonly reason: string }[],
  problems: readonly string[],
): DomainReport {
  const counts = { clips: contradictory.length, prepared: 0, crops: 0, frames: 0, framesWithoutFace: 0 };
  const withoutFace: ClipNote[] = [];
  const broken: ClipNote[] = contradictory.map(({ id, reason }) => ({ clip: id, reason }));
  const notes: ClipNote[] = problems.map((reason) => ({ clip: '', reason }));
  for (const { id, status, reason = '', problems: own = [], rows, frames, framesWithoutFace } of records) {
    counts.clips++;
    counts.crops += rows.length;
    counts.frames += frames;
    counts.framesWithoutFace += framesWithoutFace;
    if (status === 'prepared') counts.prepared++;
    else (status === 'broken' ? broken : withoutFace).push({ clip: id, reason });
    notes.push(...own.map((said) => ({ clip: id, reason: said })));
  }
  return { ...counts, withoutFace, broken: broken.sort((a, b) => byCodePoint(a.clip, b.clip)), problems: notes };
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
