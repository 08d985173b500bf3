import { decodeImage, evenlySpread, type Sample } from '@gradalign/core';
import type { OverlayOptions } from 'sharp';
import { byCodePoint } from '../code-point-order.ts';
import { type Clip, clipsOf, type NamedDataset, speciesOf } from './clips.ts';

export interface ContactSheetOptions {
  /** Pictures a row; default 8. */
  readonly columns?: number;
  /** Side of a picture in pixels; default 112. */
  readonly side?: number;
}

interface Row {
  readonly domain: string;
  /** `live`, or `attack print`. */
  readonly kind: string;
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
const nothing = { r: 222, g: 222, b: 218 };

/**
 * A PNG with a row of pictures for each domain and class, attacks by species. The pictures are the middle frames of clips that are evenly spread over
 * the row's clips in the order of their ids: the same data gives the same sheet. An image that cannot be read is a crossed-out field.
 */
export async function contactSheet(entries: readonly NamedDataset[], { columns = 8, side = 112 }: ContactSheetOptions = {}): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  const rows = entries.flatMap(rowsOf);
  const width = 2 * margin + labelWidth + columns * (side + gap) - gap;
  const height = 2 * margin + Math.max(1, rows.length) * (side + gap) - gap;
  const pictures: OverlayOptions[] = [];
  for (const [r, { clips }] of rows.entries()) {
    const chosen = evenlySpread(clips.length, columns).map((i) => middleFrame(clips[i] as Clip));
    const cells = await Promise.all(chosen.map((sample) => picture(sample, side)));
    cells.forEach((input, c) => {
      pictures.push({ input, left: margin + labelWidth + c * (side + gap), top: margin + r * (side + gap), raw: { width: side, height: side, channels: 3 } });
    });
  }
  return sharp({ create: { width, height, channels: 3, background: paper } })
    .composite([...pictures, { input: Buffer.from(labels(rows, width, height, side)), left: 0, top: 0 }])
    .png()
    .toBuffer();
}

function rowsOf({ domain, dataset: { classes, samples } }: NamedDataset): Row[] {
  const byKind = new Map<string, Clip[]>();
  const clips = clipsOf(samples).sort((a, b) => byCodePoint(a.samples[0].id, b.samples[0].id));
  for (const clip of clips) {
    const [{ label }] = clip.samples;
    const species = speciesOf(clip.samples[0], classes);
    // Rank first: live (the highest label) stands on top, species in the order of their names.
    const key = JSON.stringify([classes.length === 2 ? -label : label, species ?? '', `${classes[label]}${species === undefined ? '' : ` ${species}`}`]);
    const those = byKind.get(key);
    if (those) those.push(clip);
    else byKind.set(key, [clip]);
  }
  const kinds = [...byKind].map(([key, those]) => ({ key: JSON.parse(key) as [number, string, string], clips: those }));
  kinds.sort((a, b) => a.key[0] - b.key[0] || byCodePoint(a.key[1], b.key[1]));
  return kinds.map(({ key, clips: those }, i) => ({ domain, kind: key[2], clips: those, first: i === 0 }));
}

function middleFrame({ samples }: Clip): Sample {
  const ordered = [...samples].sort((a, b) => (a.frame ?? 0) - (b.frame ?? 0) || byCodePoint(a.id, b.id));
  return ordered[Math.floor(ordered.length / 2)] as Sample;
}

/** The whole picture within a square, as raw RGB. */
async function picture({ image }: Sample, side: number): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  try {
    const { data, width, height, channels } = (await decodeImage(image, { channels: 3 })).image;
    return await sharp(data, { raw: { width, height, channels } })
      .resize(side, side, { fit: 'contain', background: nothing, kernel: width < side / 2 ? 'nearest' : 'lanczos3' })
      .raw()
      .toBuffer();
  } catch {
    const cross = `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"><path d="M0 0L${side} ${side}M${side} 0L0 ${side}" stroke="#c03030" stroke-width="2"/></svg>`;
    return sharp({ create: { width: side, height: side, channels: 3, background: nothing } })
      .composite([{ input: Buffer.from(cross) }])
      .removeAlpha()
      .raw()
      .toBuffer();
  }
}

function labels(rows: readonly Row[], width: number, height: number, side: number): string {
  const texts = rows.map(({ domain, kind, clips, first }, r) => {
    const top = margin + r * (side + gap);
    const line = first && r > 0 ? `<line x1="${margin}" x2="${width - margin}" y1="${top - gap / 2}" y2="${top - gap / 2}" stroke="${faint}"/>` : '';
    const images = clips.reduce((n, { samples }) => n + samples.length, 0);
    const counts = images === clips.length ? `${images} images` : `${clips.length} clips, ${images} images`;
    const text = (dy: number, size: number, colour: string, content: string, weight = 400) =>
      `<text x="${margin}" y="${top + dy}" font-size="${size}" font-weight="${weight}" fill="${colour}">${escaped(shortened(content, size))}</text>`;
    const below = first ? 37 : 17;
    return `${line}${first ? text(17, 16, ink, domain, 700) : ''}${text(below, 14, ink, kind)}${text(below + 18, 12, faint, counts)}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="DejaVu Sans, Helvetica, Arial, sans-serif">${texts.join('')}</svg>`;
}

/** Cut to what fits beside the pictures, taking a letter for 0.62 of its size. */
function shortened(text: string, size: number): string {
  const letters = [...text];
  const most = Math.floor((labelWidth - 8) / (size * 0.62));
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join('')}…`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
