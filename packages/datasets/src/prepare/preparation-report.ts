import { byCodePoint } from '../on-disk/code-point-order.ts';
import type { ClipRecord } from './journal.ts';
import { changesOf } from './manifest.ts';

/** A note on one clip. */
export interface ClipNote {
  /** The clip's id in its data set; empty for a note on the data set itself. */
  readonly clip: string;
  readonly reason: string;
}

/** The outcome of a domain's clips. Plain JSON. */
export interface DomainReport {
  /** Clips of the data set. */
  readonly clips: number;
  /** Clips with at least one crop. */
  readonly prepared: number;
  readonly crops: number;
  /** Selected frames that were decoded, of readable clips. */
  readonly frames: number;
  readonly framesWithoutFace: number;
  /** Readable clips without a face in any selected frame. */
  readonly withoutFace: readonly ClipNote[];
  /** Clips that cannot be read completely, or are listed with two labels or in two splits. */
  readonly broken: readonly ClipNote[];
  /** Clips by what was done to the pixels of their frames: `{ "turned 90 degrees (rotation in the header)": 3 }`. Absent where nothing was. */
  readonly pixels?: Readonly<Record<string, number>>;
  /** Other notes on clips that were processed. */
  readonly problems: readonly ClipNote[];
}

/** The content of `report.json`. */
export interface PreparationReport {
  /** By the name of the domain. */
  readonly domains: Readonly<Record<string, DomainReport>>;
}

/** @param records by id; iterated once */
export function domainReport(
  records: Iterable<ClipRecord>,
  contradictory: readonly { readonly id: string; readonly reason: string }[],
  problems: readonly string[],
): DomainReport {
  const counts = { clips: contradictory.length, prepared: 0, crops: 0, frames: 0, framesWithoutFace: 0 };
  const withoutFace: ClipNote[] = [];
  const broken: ClipNote[] = contradictory.map(({ id, reason }) => ({ clip: id, reason }));
  const notes: ClipNote[] = problems.map((reason) => ({ clip: '', reason }));
  const pixels = new Map<string, number>();
  for (const { id, status, reason = '', problems: own = [], rows, frames, framesWithoutFace } of records) {
    counts.clips++;
    for (const change of new Set(rows.flatMap(changesOf))) pixels.set(change, (pixels.get(change) ?? 0) + 1);
    counts.crops += rows.length;
    counts.frames += frames;
    counts.framesWithoutFace += framesWithoutFace;
    if (status === 'prepared') counts.prepared++;
    else (status === 'broken' ? broken : withoutFace).push({ clip: id, reason });
    notes.push(...own.map((said) => ({ clip: id, reason: said })));
  }
  return {
    ...counts,
    withoutFace,
    broken: broken.sort((a, b) => byCodePoint(a.clip, b.clip)),
    ...(pixels.size > 0 && { pixels: Object.fromEntries([...pixels].sort(([a], [b]) => byCodePoint(a, b))) }),
    problems: notes,
  };
}

/** Entries of a list shown on the terminal. */
const shown = 20;

/** A report as text for a terminal, with the first entries of each list; `report.json` has them all. */
export function renderPreparation({ domains }: PreparationReport): string {
  return Object.entries(domains)
    .map(([domain, report]) =>
      [
        `${domain}: ${counted(report.crops, 'crop')} of ${report.prepared} of ${counted(report.clips, 'clip')}${report.framesWithoutFace > 0 ? `; ${report.framesWithoutFace} of ${report.frames} frames without a face` : ''}`,
        ...Object.entries(report.pixels ?? {}).map(([change, clips]) => `  ${change}: ${counted(clips, 'clip')}`),
        ...listed(`without a face in any frame: ${counted(report.withoutFace.length, 'clip')}`, report.withoutFace),
        ...listed(`broken: ${counted(report.broken.length, 'clip')}`, report.broken),
        ...listed(`worth a look: ${report.problems.length}`, report.problems),
      ].join('\n'),
    )
    .join('\n');
}

function listed(head: string, notes: readonly ClipNote[]): string[] {
  if (notes.length === 0) return [];
  const lines = notes.slice(0, shown).map(({ clip, reason }) => `    ${clip === '' ? '' : `${clip}: `}${reason}`);
  return [`  ${head}`, ...lines, ...(notes.length > shown ? [`    and ${notes.length - shown} more, all in report.json`] : [])];
}

function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
