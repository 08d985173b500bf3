import { stat } from 'node:fs/promises';
import { cannot, type Sample, UserError } from '@gradalign/core';
import type { Group, File as Hdf5File } from 'h5wasm/node';
import type { ClipReader } from '../../video/clip-reader.ts';

export const channels = ['color', 'gray', 'depth', 'infrared', 'thermal'] as const;
export type Channel = (typeof channels)[number];

/** One file cannot be read; `reason` says what is wrong with it without naming it. */
class UnreadableClipError extends UserError {
  readonly reason: string;
  constructor(path: string, reason: string, expected: string, options: ErrorOptions = {}) {
    super(`Cannot read clip ${path}: ${reason}, expected ${expected}`, options);
    this.reason = reason;
  }
}

/** Reads frames of WMCA's HDF5 files: groups Frame_0, Frame_1, ... that hold an array each, [channels, height, width], 8 bits. */
export function hdf5Reader(channel: Channel): ClipReader {
  return {
    async count(sample) {
      const path = clipOf(sample);
      return withFile(path, (file) => frameGroups(file, path).length);
    },
    async *read(sample, frames) {
      const path = clipOf(sample);
      for (const frame of frames) {
        yield await withFile(path, (file) => {
          const groups = frameGroups(file, path);
          const name = groups[frame];
          if (name === undefined) throw cannot(`read frame ${frame} of ${path}`, `it has ${groups.length} frames`, `a number from 0 to ${groups.length - 1}`);
          return { frame, ...toRgb(readArray(file, name, path), channel, path) };
        });
      }
    },
  };
}

function clipOf({ image, id }: Sample): string {
  if ('clip' in image) return image.clip;
  throw new TypeError(`${id} is not a clip`);
}

type Library = typeof import('h5wasm/node');
let library: Promise<Library> | undefined;
let renewed = 0;

/**
 * h5wasm is 4 MB of WebAssembly: loaded when a clip is read, not when clips are counted. One that gave up over a damaged file would refuse sound files from
 * then on: another instance takes its place.
 */
function loadLibrary(): Promise<Library> {
  library ??= renewed === 0 ? import('h5wasm/node') : (import(`${import.meta.resolve('h5wasm/node')}?${renewed}`) as Promise<Library>);
  return library;
}

/** Forgets the library after an error of WebAssembly, which leaves its memory in no defined state. */
function renewAfter(error: unknown): void {
  if (!(error instanceof Error && error.name === 'RuntimeError')) return;
  library = undefined;
  renewed++;
}

async function withFile<T>(path: string, body: (file: Hdf5File) => T): Promise<T> {
  const { File, ready } = await loadLibrary();
  // Otherwise the library prints the error and continues.
  (await ready).activate_throwing_error_handler();
  const refuse = (is: string, cause: unknown) => new UnreadableClipError(path, is, 'a complete HDF5 file', { cause });
  const found = await stat(path).catch((cause: Error) => {
    throw refuse(cause.message, cause);
  });
  if (found.size === 0) throw refuse('the file is empty', undefined);
  let file: Hdf5File;
  try {
    file = new File(path, 'r');
  } catch (cause) {
    renewAfter(cause);
    throw refuse('it cannot be opened as HDF5', cause);
  }
  try {
    const result = body(file);
    file.close();
    return result;
  } catch (cause) {
    renewAfter(cause);
    closeDamaged(file);
    throw cause instanceof UserError ? cause : refuse('it is damaged', cause);
  }
}

/** The library may fail once more, or abort, while it closes a damaged file: what was wrong first is what is told. */
function closeDamaged(file: Hdf5File): void {
  try {
    file.close();
  } catch (error) {
    renewAfter(error);
  }
}

/** Names of the frame groups, by number. */
function frameGroups(file: Hdf5File, path: string): string[] {
  const numbered = file.keys().flatMap((name) => {
    const number = /^frame_?(\d+)$/i.exec(name)?.[1];
    return number === undefined ? [] : [{ name, number: Number(number) }];
  });
  if (numbered.length === 0)
    throw new UnreadableClipError(
      path,
      `it holds ${file.keys().join(', ') || 'nothing'}`,
      'groups Frame_0, Frame_1, ... of the preprocessed release (raw sensor recordings are not supported)',
    );
  return numbered.sort((a, b) => a.number - b.number).map(({ name }) => name);
}

interface PixelArray {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
  /** The value of white. */
  readonly white: number;
}

function readArray(file: Hdf5File, name: string, path: string): PixelArray {
  const entity = file.get(name);
  const inner = entity !== null && 'keys' in entity ? arrayIn(entity) : entity;
  const { shape, value } = inner !== null && 'shape' in inner ? inner : { shape: null, value: null };
  if (!shape || !ArrayBuffer.isView(value) || value instanceof DataView || value instanceof BigInt64Array || value instanceof BigUint64Array)
    throw new UnreadableClipError(path, `${name} holds no array of pixels`, 'Frame_0/array of 8-bit pixels');
  const values = value as Uint8Array | Uint16Array | Float32Array;
  const white =
    values instanceof Uint8Array ? 255 : values instanceof Uint16Array ? 65_535 : values.reduce((most, one) => Math.max(most, one), 0) <= 1 ? 1 : 255;
  return { shape, values, white };
}

function arrayIn(group: Group) {
  const names = group.keys();
  return group.get(names.find((name) => /^(array|data)$/i.test(name)) ?? names[0] ?? '');
}

/** Channels of the arrays that hold no color image. */
const depths: readonly Channel[] = ['gray', 'depth', 'infrared', 'thermal'];

/** One frame as [height, width, 3]: color as it is, one channel three times. */
function toRgb({ shape, values, white }: PixelArray, channel: Channel, path: string): { width: number; height: number; data: Uint8Array } {
  const first = shape.length === 3 && [1, 3, 4].includes(shape[0] ?? 0);
  const [planes = 1, height = 0, width = 0] = shape.length === 2 ? [1, ...shape] : first ? shape : [shape[2], shape[0], shape[1]];
  if (shape.length < 2 || shape.length > 3 || ![1, 3, 4].includes(planes))
    throw new UnreadableClipError(path, `a frame has the shape ${shape.join(' x ')}`, '3 x height x width, or 4 x height x width');
  const only = planes === 4 ? Math.max(0, depths.indexOf(channel)) : 0;
  if (planes !== 4 && channel !== 'color' && channel !== 'gray')
    throw new UnreadableClipError(
      path,
      `its frames have ${planes} ${planes === 1 ? 'channel' : 'channels'} and no ${channel}`,
      '4: gray, depth, infrared and thermal (files of CDIT)',
    );
  const at = (plane: number, pixel: number) => {
    const value = (values[first || shape.length === 2 ? plane * height * width + pixel : pixel * planes + plane] ?? 0) * (255 / white);
    return Math.min(255, Math.max(0, Math.round(value)));
  };
  const data = new Uint8Array(height * width * 3);
  for (let pixel = 0; pixel < height * width; pixel++) {
    const color = planes === 3 ? [at(0, pixel), at(1, pixel), at(2, pixel)] : Array<number>(3).fill(at(only, pixel));
    if (planes === 3 && channel === 'gray') color.fill(Math.round(0.299 * (color[0] ?? 0) + 0.587 * (color[1] ?? 0) + 0.114 * (color[2] ?? 0)));
    data.set(color, pixel * 3);
  }
  return { width, height, data };
}
