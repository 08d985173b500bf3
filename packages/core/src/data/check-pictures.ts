import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { decodeImage, describeReadError, imageKindNames, imageKindOf, UnreadableImageError, whyContentIsNotRead } from '@gradalign/pixels/files';
import type { LeftOut, Sample } from '../contracts/dataset.ts';
import type { Reporter } from '../contracts/reporter.ts';
import { KnownData, type Verdict } from './known-data.ts';

/** Files looked at before other work, such as an interruption, has its turn. */
const atOnce = 256;
const headBytes = 32;
/** Of a kind without a mark at its end so many are decoded: where a kind cannot be read here, none of it can. */
const decodedOfKind = 50;

/**
 * Samples whose picture cannot be used, found before anything is trained on it: the beginning of every file is read, and its end where the format has a
 * mark there; files that lack it are decoded, and the first
 * of each kind that has none. Damage in between shows when a picture is decoded, and is told then.
 *
 * @param domain names the pictures in the progress
 * @param known keeps the verdicts for other runs on the same pictures
 */
export async function checkPictures(domain: string, samples: readonly Sample[], reporter: Reporter, known = new KnownData()): Promise<LeftOut[]> {
  const verdicts = new Map<string, Verdict>();
  const decoded = new Map<string, number>();
  const found: LeftOut[] = [];
  for (const [i, { id, image, label }] of samples.entries()) {
    if (i % atOnce === atOnce - 1) {
      reporter.progress({ phase: `checking ${domain}`, done: i + 1, total: samples.length, unit: 'images' });
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (!('path' in image)) continue;
    const { path } = image;
    if (!verdicts.has(path)) verdicts.set(path, await known.verdictOn(path, () => verdictOn(path, decoded)));
    const verdict = verdicts.get(path);
    if (verdict) found.push({ ...verdict, what: id, label });
  }
  if (samples.length >= atOnce) reporter.progress({ phase: `checking ${domain}`, done: samples.length, total: samples.length, unit: 'images' });
  return found;
}

async function verdictOn(path: string, decoded: Map<string, number>): Promise<Verdict> {
  const ends = endsOf(path);
  if ('missing' in ends) return { kind: 'missing', why: ends.missing };
  if ('unreadable' in ends) return { kind: 'unreadable', why: ends.unreadable };
  const { head, tail, size } = ends;
  const kind = imageKindOf(head);
  if (!kind) {
    const other = whyContentIsNotRead(head);
    return other === undefined ? { kind: 'unreadable', why: `its content is none of ${imageKindNames}` } : { kind: 'kind', why: other };
  }
  const whole = isWhole(kind.name, head, tail, size);
  const count = decoded.get(kind.name) ?? 0;
  if (whole ?? count >= decodedOfKind) return undefined;
  if (whole === undefined) decoded.set(kind.name, count + 1);
  try {
    await decodeImage({ path }, { channels: 3 });
    return undefined;
  } catch (error) {
    if (error instanceof UnreadableImageError) return { kind: 'unreadable', why: error.reason };
    throw error;
  }
}

type Ends = { readonly head: Buffer; readonly tail: Buffer; readonly size: number } | { readonly missing: string } | { readonly unreadable: string };

/** The first and the last bytes of a regular file. */
function endsOf(path: string): Ends {
  let file: number | undefined;
  try {
    // A named pipe would block the process until somebody writes to it.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const status = fstatSync(file);
    if (!status.isFile()) return { unreadable: status.isDirectory() ? 'it is a folder' : 'it is not a regular file' };
    if (status.size === 0) return { unreadable: 'the file is empty' };
    const head = Buffer.alloc(Math.min(headBytes, status.size));
    const tail = Buffer.alloc(Math.min(headBytes, status.size));
    readSync(file, head, 0, head.length, 0);
    readSync(file, tail, 0, tail.length, status.size - tail.length);
    return { head, tail, size: status.size };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? { missing: describeReadError(error) } : { unreadable: describeReadError(error) };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Whether a file ends as its format does; undefined where the format has no mark at its end. */
function isWhole(kind: string, head: Buffer, tail: Buffer, size: number): boolean | undefined {
  if (kind === 'JPEG') return tail.length >= 2 && tail.readUInt16BE(tail.length - 2) === 0xffd9;
  if (kind === 'PNG') return tail.length >= 8 && tail.toString('latin1', tail.length - 8, tail.length - 4) === 'IEND';
  if (kind === 'WebP') return head.length >= 8 && head.readUInt32LE(4) + 8 <= size;
  if (kind === 'GIF') return tail.at(-1) === 0x3b;
  return undefined;
}
