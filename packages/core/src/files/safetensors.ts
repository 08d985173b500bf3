import { constants } from 'node:buffer';
import { describeReadError, readBounded } from '@gradalign/pixels/files';
import { cannot } from '../contracts/errors.ts';

/** One tensor of a safetensors file, converted to float32 or int32. */
export interface StoredTensor {
  /** Empty for a scalar. */
  readonly shape: readonly number[];
  /** As many values as the product of `shape`, the last dimension varying fastest. */
  readonly data: Float32Array | Int32Array;
}

/** What one Buffer holds, at most 8 GiB. */
export const maxSafetensorsBytes = Math.min(2 ** 33, constants.MAX_LENGTH);
const maximumHeader = 100_000_000;
const bytesOf: Readonly<Record<string, number>> = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, U8: 1, BOOL: 1 };

/**
 * Encodes tensors in the safetensors format: u64 LE length of the header, a JSON header { name: { dtype, shape, data_offsets }, __metadata__ } padded
 * with spaces to a multiple of 8 bytes, then the data, little-endian, without gaps. Float32Array becomes F32, Int32Array I32.
 */
export function encodeSafetensors(tensors: Readonly<Record<string, StoredTensor>>, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const header: Record<string, unknown> = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {};
  let offset = 0;
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    header[name] = { dtype: data instanceof Float32Array ? 'F32' : 'I32', shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const text = Buffer.from(JSON.stringify(header));
  const padded = Math.ceil(text.length / 8) * 8;
  const out = Buffer.alloc(8 + padded + offset, 0x20);
  out.writeBigUInt64LE(BigInt(padded), 0);
  text.copy(out, 8);
  let at = 8 + padded;
  for (const { data } of Object.values(tensors)) {
    Buffer.from(data.buffer, data.byteOffset, data.byteLength).copy(out, at);
    at += data.byteLength;
  }
  return out;
}

/** The content of a safetensors file. */
export interface SafetensorsFile {
  /** By name, in the order of the header. */
  readonly tensors: Readonly<Record<string, StoredTensor>>;
  /** Free text by key, as the writer set it. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Reads a safetensors file. Throws a UserError where it cannot be read or is damaged. */
export function readSafetensors(path: string): SafetensorsFile {
  let bytes: Buffer;
  try {
    bytes = readBounded(path, maxSafetensorsBytes);
  } catch (cause) {
    throw cannot(`read weights ${path}`, describeReadError(cause), 'a safetensors file', { cause });
  }
  return decodeSafetensors(bytes, path);
}

/**
 * Decodes the bytes of a safetensors file. F64, F16 and BF16 become float32; I64, U8 and BOOL int32.
 *
 * @param from Names the file in errors.
 * @throws UserError where the bytes are damaged, of another format (a PyTorch file, say), or have a type that is not supported.
 */
export function decodeSafetensors(bytes: Uint8Array, from: string): SafetensorsFile {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const refuse = (is: string) => cannot(`read weights ${from}`, is, 'a whole safetensors file');
  if (buffer.length >= 4 && (buffer.readUInt32LE(0) === 0x04034b50 || (buffer[0] === 0x80 && (buffer[1] as number) <= 5 && buffer[8] !== 0x7b))) {
    // A header of 128, 640, 896, ... bytes begins as a pickle does; its JSON begins with a brace.
    throw cannot(`read weights ${from}`, 'it is a PyTorch file (.pth)', 'a safetensors file: gradalign weights import x.pth -o x.safetensors makes one');
  }
  const begins = buffer.toString('latin1', 0, 64);
  if (begins.startsWith('version https://git-lfs'))
    throw cannot(`read weights ${from}`, 'it is a pointer of Git LFS, not the file it points to', 'the file itself: git lfs pull');
  if (/^\s*<(!doctype|html)/i.test(begins)) throw cannot(`read weights ${from}`, 'it is a web page', 'a safetensors file (was the download refused?)');
  if (buffer.length < 8) throw refuse(`it has ${buffer.length} bytes`);
  const length = Number(buffer.readBigUInt64LE(0));
  if (length > maximumHeader) throw refuse(`its header would have ${length} bytes`);
  if (8 + length > buffer.length) throw refuse(`its header is cut off (${buffer.length} bytes of ${8 + length})`);
  let header: Record<string, unknown>;
  try {
    header = JSON.parse(buffer.toString('utf8', 8, 8 + length)) as Record<string, unknown>;
  } catch (cause) {
    throw cannot(`read weights ${from}`, `its header is not JSON (${(cause as Error).message})`, 'a whole safetensors file', { cause });
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) throw refuse('its header is not a JSON object');
  const { __metadata__: metadata = {}, ...entries } = header;
  const data = buffer.subarray(8 + length);
  const ranges: (readonly [number, number, string])[] = [];
  const tensors: Record<string, StoredTensor> = {};
  for (const [name, entry] of Object.entries(entries)) {
    const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as { dtype?: unknown; shape?: unknown; data_offsets?: unknown };
    if (typeof dtype !== 'string' || !isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) throw refuse(`the entry of '${name}' is malformed`);
    const [begin, end] = offsets as [number, number];
    const size = Object.hasOwn(bytesOf, dtype) ? bytesOf[dtype] : undefined;
    if (name === '__proto__') throw refuse(`a tensor has the name '${name}'`);
    if (size === undefined) throw refuse(`'${name}' has the type ${dtype}, which is not supported`);
    const count = shape.reduce((product, n) => product * n, 1);
    if (end - begin !== count * size)
      throw refuse(`'${name}' of shape [${shape.join(', ')}] and type ${dtype} has ${end - begin} bytes instead of ${count * size}`);
    if (end > data.length) throw refuse(`the data of '${name}' is cut off (${data.length} bytes of ${end})`);
    ranges.push([begin, end, name]);
    tensors[name] = { shape, data: values(data.subarray(begin, end), dtype, count) };
  }
  let at = 0;
  for (const [begin, end, name] of ranges.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (begin !== at) throw refuse(`the data of '${name}' begins at ${begin} instead of ${at}`);
    at = end;
  }
  if (at !== data.length) throw refuse(`${data.length - at} bytes at its end belong to no tensor`);
  if (typeof metadata !== 'object' || metadata === null || Object.values(metadata).some((text) => typeof text !== 'string'))
    throw refuse('its __metadata__ is not texts by key');
  return { tensors, metadata: metadata as Record<string, string> };
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

function values(bytes: Buffer, dtype: string, count: number): Float32Array | Int32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read: Readonly<Record<string, (i: number) => number>> = {
    F64: (i) => view.getFloat64(i * 8, true),
    F32: (i) => view.getFloat32(i * 4, true),
    F16: (i) => half(view.getUint16(i * 2, true)),
    BF16: (i) => bfloat(view.getUint16(i * 2, true)),
    I64: (i) => Number(view.getBigInt64(i * 8, true)),
    I32: (i) => view.getInt32(i * 4, true),
    U8: (i) => view.getUint8(i),
    BOOL: (i) => view.getUint8(i),
  };
  const at = read[dtype] as (i: number) => number;
  const out = dtype.startsWith('F') || dtype === 'BF16' ? new Float32Array(count) : new Int32Array(count);
  for (let i = 0; i < count; i++) out[i] = at(i);
  return out;
}

const scratch = new DataView(new ArrayBuffer(4));

function bfloat(bits: number): number {
  scratch.setUint32(0, bits << 16);
  return scratch.getFloat32(0);
}

/** IEEE 754 half precision. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
