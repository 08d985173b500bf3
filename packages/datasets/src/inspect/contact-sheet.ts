import { evenlySpread, splits } from '@gradalign/core';
import type { OverlayOptions } from 'sharp';
import type { FaceDataset } from '../faces/face-dataset.ts';
import { byCodePoint } from '../on-disk/code-point-order.ts';
import { ffmpegFor } from '../video/ffmpeg-for.ts';
import { findFfmpeg } from '../video/find-ffmpeg.ts';
import { holdsVideos } from '../video/holds-videos.ts';
import { type Clip, clipsOf, type NamedDataset, speciesOf } from './clips.ts';
import { sheetPicture } from './sheet-picture.ts';

/** Options of `contactSheet`. */
export interface ContactSheetOptions {
  /** Images per row; default 8. */
  readonly columns?: number;
  /** Side of an image in pixels; default 112. */
  readonly side?: number;
  /** URLs of the plugin modules whose augmentations derive images (attacks made from live faces); default: this package's. */
  readonly pluginFiles?: readonly string[];
  /** Called after each image. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

interface Row {
  readonly domain: string;
  readonly dataset: FaceDataset;
  /** `live`; preceded by the split where the clips are whole videos: `train attack`. */
  readonly kind: string;
  /** Of attacks; empty otherwise. */
  readonly species: string;
  readonly clips: readonly Clip[];
  /** First of its domain: a line is drawn above it. */
  readonly first: boolean;
}

const gap = 4;
const margin = 12;
const labelWidth = 190;
const paper = '#f4f4f2';
const ink = '#222222';
const faint = '#777777';
/** Images at a time: each video takes a process. */
const atOnce = 4;
const ownPlugin = new URL(import.meta.url.endsWith('.ts') ? '../index.ts' : '../index.js', import.meta.url).href;

/**
 * A PNG with a row of images for each domain and class, attacks by species, whole videos also by split. The images are the middle frames of clips
 * evenly spread over the row's clips by id: the same data gives the same sheet. An image that cannot be read is a crossed-out field.
 *
 * @throws UserError where frames of videos are needed and ffmpeg is missing
 */
export async function contactSheet(
  entries: readonly NamedDataset[],
  { columns = 8, side = 112, pluginFiles = [ownPlugin], onProgress, signal }: ContactSheetOptions = {},
): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  const rows = entries.flatMap(rowsOf);
  const width = 2 * margin + labelWidth + columns * (side + gap) - gap;
  const height = 2 * margin + Math.max(1, rows.length) * (side + gap) - gap;
  const tool = ffmpegFor(entries.map(({ dataset }) => dataset));
  const options = { side, pluginFiles, signal, ffmpeg: () => tool ?? findFfmpeg() };
  const cells = rows.flatMap(({ dataset, clips }, row) =>
    evenlySpread(clips.length, columns).map((i, column) => ({ row, column, dataset, clip: clips[i] as Clip })),
  );
  const pictures: OverlayOptions[] = [];
  const waiting = cells.values();
  const lane = async () => {
    for (const { row, column, dataset, clip } of waiting) {
      signal?.throwIfAborted();
      const input = await sheetPicture(clip, dataset, options);
      const [left, top] = [margin + labelWidth + column * (side + gap), margin + row * (side + gap)];
      pictures.push({ input, left, top, raw: { width: side, height: side, channels: 3 } });
      onProgress?.(pictures.length, cells.length);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return sharp({ create: { width, height, channels: 3, background: paper } })
    .composite([...pictures, { input: Buffer.from(labels(rows, width, height, side)), left: 0, top: 0 }])
    .png()
    .toBuffer();
}

function rowsOf({ domain, dataset }: NamedDataset): Row[] {
  const { classes, samples } = dataset;
  const bySplit = holdsVideos(samples);
  const kinds = new Map<string, Omit<Row, 'first' | 'clips'> & { readonly clips: Clip[]; readonly ranks: readonly [split: number, label: number] }>();
  const clips = clipsOf(samples).sort((a, b) => byCodePoint(a.samples[0].id, b.samples[0].id));
  for (const clip of clips) {
    const [{ label, split }] = clip.samples;
    const species = speciesOf(clip.samples[0], classes) ?? '';
    const kind = `${bySplit ? `${split} ` : ''}${classes[label]}`;
    const those = kinds.get(`${kind} ${species}`);
    if (those) those.clips.push(clip);
    else {
      // Live (the highest label) on top, species by name.
      const ranks = [bySplit ? splits.indexOf(split) : 0, classes.length === 2 ? -label : label] as const;
      kinds.set(`${kind} ${species}`, { domain, dataset, kind, species, clips: [clip], ranks });
    }
  }
  return [...kinds.values()]
    .sort(({ ranks: a, species: x }, { ranks: b, species: y }) => a[0] - b[0] || a[1] - b[1] || byCodePoint(x, y))
    .map(({ ranks: _, ...row }, i) => ({ ...row, first: i === 0 }));
}

function labels(rows: readonly Row[], width: number, height: number, side: number): string {
  const texts = rows.map(({ domain, kind, species, clips, first }, r) => {
    const top = margin + r * (side + gap);
    const line = first && r > 0 ? `<line x1="${margin}" x2="${width - margin}" y1="${top - gap / 2}" y2="${top - gap / 2}" stroke="${faint}"/>` : '';
    const images = clips.reduce((n, { samples }) => n + samples.length, 0);
    const whole = holdsVideos(clips.map(({ samples: [one] }) => one));
    const [inClips, inImages] = [counted(clips.length, 'clip'), counted(images, 'image')];
    const counts = whole ? inClips : images === clips.length ? inImages : `${inClips}, ${inImages}`;
    const text = (dy: number, size: number, color: string, content: string, weight = 400) =>
      content === ''
        ? ''
        : `<text x="${margin}" y="${top + dy}" font-size="${size}" font-weight="${weight}" fill="${color}">${escaped(shortened(content, size))}</text>`;
    const at = first ? 37 : 17;
    const below = species === '' ? at : at + 17;
    return `${line}${text(17, 16, ink, first ? domain : '', 700)}${text(at, 14, ink, kind)}${text(at + 17, 13, ink, species)}${text(below + 18, 12, faint, counts)}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="DejaVu Sans, Helvetica, Arial, sans-serif">${texts.join('')}</svg>`;
}

/** Shortened to fit beside the images, assuming letters are 0.62 of the font size wide. */
function shortened(text: string, size: number): string {
  const letters = [...text];
  const most = Math.floor((labelWidth - 8) / (size * 0.62));
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join('')}…`;
}

function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
