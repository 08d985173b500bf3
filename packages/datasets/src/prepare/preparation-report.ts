import type { LeftOut } from '@gradalign/core';
import { byCodePoint } from '../on-disk/code-point-order.ts';
import { betrayals, ClassCollector, type ClassFigures } from './class-figures.ts';
import type { ClipRecord } from './journal.ts';
import { changesOf } from './manifest.ts';
import type { WithdrawnClip } from './withdraw-clips.ts';

/** A note on one clip. */
export interface ClipNote {
  /** The clip's id in its data set; empty for a note on the data set itself. */
  readonly clip: string;
  readonly reason: string;
}

/** A clip without crops, with what is known of it: error rates count it as an attempt without a score. */
export interface DroppedClip extends ClipNote {
  readonly split?: string;
  readonly label?: 'live' | 'attack';
  readonly species?: string;
  readonly subject?: string;
  /** Frames that were chosen and decoded; 0 of a clip that cannot be read. */
  readonly frames?: number;
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
  readonly withoutFace: readonly DroppedClip[];
  /** Clips that cannot be read completely, or are listed with two labels or in two splits. */
  readonly broken: readonly DroppedClip[];
  /** Clips by what was done to the pixels of their frames: `{ "turned 90 degrees (rotation in the header)": 3 }`. Absent where nothing was. */
  readonly pixels?: Readonly<Record<string, number>>;
  /** Other notes on clips that were processed. */
  readonly problems: readonly ClipNote[];
  /** What the raw data set left out, and why. */
  readonly leftOut: readonly LeftOut[];
  /** How often and how large faces were found, by class: where these differ, they betray the class. */
  readonly byClass: Readonly<Record<string, ClassFigures>>;
  /** What is unusual and may be a mistake, one sentence each with a remedy. */
  readonly advice: readonly string[];
  /** Clips prepared earlier and no longer in the raw data: crops removed by this preparation. */
  readonly withdrawn: readonly WithdrawnClip[];
  /** Those whose crops were kept because the user asked for it. */
  readonly kept: readonly WithdrawnClip[];
}

/** The content of `report.json`. */
export interface PreparationReport {
  /** By the name of the domain. */
  readonly domains: Readonly<Record<string, DomainReport>>;
}

/** What a report holds besides the outcome of clips. */
export interface DomainReportParts extends Partial<Pick<DomainReport, 'leftOut' | 'advice' | 'withdrawn' | 'kept'>> {
  readonly contradictory?: readonly { readonly id: string; readonly reason: string }[];
  readonly problems?: readonly string[];
}

/** @param records by id; iterated once */
export function domainReport(
  records: Iterable<ClipRecord>,
  { contradictory = [], problems = [], leftOut = [], advice = [], withdrawn = [], kept = [] }: DomainReportParts = {},
): DomainReport {
  const classes = new ClassCollector();
  const counts = { clips: contradictory.length, prepared: 0, crops: 0, frames: 0, framesWithoutFace: 0 };
  const withoutFace: DroppedClip[] = [];
  const broken: DroppedClip[] = contradictory.map(({ id, reason }) => ({ clip: id, reason }));
  const notes: ClipNote[] = problems.map((reason) => ({ clip: '', reason }));
  const pixels = new Map<string, number>();
  for (const record of records) {
    const { id, status, problems: own = [], rows, frames, framesWithoutFace } = record;
    classes.add(record);
    counts.clips++;
    for (const change of new Set(rows.flatMap(changesOf))) pixels.set(change, (pixels.get(change) ?? 0) + 1);
    counts.crops += rows.length;
    counts.frames += frames;
    counts.framesWithoutFace += framesWithoutFace;
    if (status === 'prepared') counts.prepared++;
    else (status === 'broken' ? broken : withoutFace).push(droppedClip(record));
    notes.push(...own.map((said) => ({ clip: id, reason: said })));
  }
  const byClass = classes.figures();
  return {
    ...counts,
    withoutFace,
    broken: broken.sort((a, b) => byCodePoint(a.clip, b.clip)),
    ...(pixels.size > 0 && { pixels: Object.fromEntries([...pixels].sort(([a], [b]) => byCodePoint(a, b))) }),
    problems: notes,
    leftOut,
    byClass,
    advice: [...advice, ...betrayals(byClass)],
    withdrawn,
    kept,
  };
}

/** Split and label begin the clip's folder. */
function droppedClip({ id, reason = '', folder, of = {}, frames }: ClipRecord): DroppedClip {
  const [split = '', label] = folder.split('/');
  return { clip: id, reason, split, ...(label === 'live' || label === 'attack' ? { label } : {}), ...of, frames };
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
        ...Object.entries(report.byClass).map(([name, figures]) => classLine(name, figures)),
        ...listed(`without a face in any frame: ${counted(report.withoutFace.length, 'clip')}`, report.withoutFace),
        ...listed(`broken: ${counted(report.broken.length, 'clip')}`, report.broken),
        ...listed(
          `left out of the raw data set: ${report.leftOut.length}`,
          report.leftOut.map(({ what, why }) => ({ clip: what, reason: why })),
        ),
        ...listed(`worth a look: ${report.problems.length}`, report.problems),
        ...listed(
          `to consider: ${report.advice.length}`,
          report.advice.map((reason) => ({ clip: '', reason })),
        ),
        ...listed(`withdrawn, no longer in the raw data: ${counted(report.withdrawn.length, 'clip')}`, report.withdrawn.map(cropsOf)),
        ...listed(`kept, no longer in the raw data: ${counted(report.kept.length, 'clip')}`, report.kept.map(cropsOf)),
      ].join('\n'),
    )
    .join('\n');
}

function classLine(name: string, { clips, frames, detected, faceSide, faceShare }: ClassFigures): string {
  const found = detected === undefined ? '' : `, a face in ${Number((100 * detected).toPrecision(3))} % of ${counted(frames, 'frame')}`;
  const size = faceSide === undefined ? '' : `, median face ${Math.round(faceSide)} pixels (${faceShare} of the frame's shorter side)`;
  return `  ${name}: ${counted(clips, 'clip')}${found}${size}`;
}

function cropsOf({ clip, crops }: WithdrawnClip): ClipNote {
  return { clip, reason: counted(crops, 'crop') };
}

function listed(head: string, notes: readonly ClipNote[]): string[] {
  if (notes.length === 0) return [];
  const lines = notes.slice(0, shown).map(({ clip, reason }) => `    ${clip === '' ? '' : `${clip}: `}${reason}`);
  return [`  ${head}`, ...lines, ...(notes.length > shown ? [`    and ${notes.length - shown} more, all in report.json`] : [])];
}

function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
