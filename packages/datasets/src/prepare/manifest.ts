import type { Rectangle, Sample } from '@gradalign/core';
import { quoteCsv } from '@gradalign/metrics';
import type { FaceLandmarks, FoundFace } from '@gradalign/pixels';
import type { CropConvention } from './crop-convention.ts';
import type { PlannedClip } from './plan-clips.ts';

/**
 * Columns of `manifest.csv`, one row per crop. The first nine are those of the `manifest` data set. `box` is the part of the file to use and stays
 * empty, since a crop is used whole; `face_box` is where the face was in the frame; `pixels` says what was done to the frame's pixels beforehand.
 */
const manifestColumns = [
  'path',
  'domain',
  'split',
  'label',
  'species',
  'subject',
  'video',
  'frame',
  'box',
  'device',
  'session',
  'source',
  'source_bytes',
  'source_width',
  'source_height',
  'face_from',
  'face_box',
  'face_landmarks',
  'face_score',
  'crop',
  'margin',
  'square',
  'align',
  'size',
  'sha256',
  'pixels',
] as const;

/** Cells in the order of the columns. */
export type ManifestRow = readonly string[];

export interface RowContent {
  readonly domain: string;
  readonly clip: PlannedClip;
  readonly sample: Sample;
  readonly frame: number;
  readonly frameSize: { readonly width: number; readonly height: number };
  readonly bytes: number | undefined;
  readonly found: FoundFace;
  readonly convention: CropConvention;
  /** Relative to the prepared folder. */
  readonly path: string;
  readonly sha256: string;
  /** What was done to the frame's pixels. */
  readonly changes: readonly string[];
}

export function manifestRow({ domain, clip, sample, frame, frameSize, bytes, found, convention, path, sha256, changes }: RowContent): ManifestRow {
  const cells: Record<(typeof manifestColumns)[number], string | number | undefined> = {
    path,
    domain,
    split: sample.split,
    label: clip.label,
    species: clip.label === 'attack' ? sample.species : undefined,
    subject: sample.subject,
    video: clip.folder,
    frame,
    box: undefined,
    device: sample.device,
    session: sample.session,
    source: sample.id,
    source_bytes: bytes,
    source_width: frameSize.width,
    source_height: frameSize.height,
    face_from: found.from,
    face_box: found.face.box && boxText(found.face.box),
    face_landmarks: found.face.landmarks && landmarksText(found.face.landmarks),
    face_score: found.face.score,
    crop: convention.name,
    margin: convention.margin,
    square: String(convention.square),
    align: convention.align,
    size: convention.size,
    sha256,
    pixels: changes.join('; '),
  };
  return manifestColumns.map((column) => String(cells[column] ?? ''));
}

/** The cell of a row in this column; empty where the row has none. */
export function cellOf(row: ManifestRow, column: (typeof manifestColumns)[number]): string {
  return row[manifestColumns.indexOf(column)] ?? '';
}

/** What was done to the pixels of a row's frame, as `changes` said. */
export function changesOf(row: ManifestRow): readonly string[] {
  return (row[manifestColumns.indexOf('pixels')] ?? '').split('; ').filter((change) => change !== '');
}

/** The file's text, RFC 4180 with LF, in pieces, so that the text of 600,000 crops is never in memory at once. */
export function* manifestText(rows: Iterable<ManifestRow>): Generator<string> {
  let piece = rowText(manifestColumns);
  for (const row of rows) {
    piece += rowText(row);
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

const pieceLength = 2 ** 16;

function rowText(row: ManifestRow): string {
  return `${manifestColumns.map((_, i) => quoteCsv(row[i] ?? '')).join(',')}\n`;
}

/** `x y width height` in pixels of the upright frame. */
function boxText({ x, y, width, height }: Rectangle): string {
  return [x, y, width, height].map((value) => Math.round(value * 100) / 100).join(' ');
}

/** `x y` of right eye, left eye, nose, right and left corner of the mouth; `-` where unknown. */
function landmarksText({ rightEye, leftEye, nose, mouthRight, mouthLeft }: FaceLandmarks): string {
  return [rightEye, leftEye, nose, mouthRight, mouthLeft].map((point) => (point ? `${point.x} ${point.y}` : '- -')).join(' ');
}
