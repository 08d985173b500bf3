import { crc32 } from 'node:zlib';
import type { StoredTensor } from '@gradalign/core';

/**
 * A file as torch.save writes an OrderedDict of tensors in its zip format, which torch.load reads with weights_only=True: float32 for Float32Array, int64
 * for Int32Array.
 */
export function writeTorchFile(tensors: ReadonlyMap<string, StoredTensor>): Uint8Array {
  const storages = [...tensors.values()].map(({ data }) => (data instanceof Float32Array ? bytesOf(data) : bytesOf(BigInt64Array.from(data, BigInt))));
  return zip(
    new Map([
      ['archive/data.pkl', pickle(tensors)],
      ['archive/byteorder', Buffer.from('little')],
      ...storages.map((bytes, i) => [`archive/data/${i}`, bytes] as const),
      ['archive/version', Buffer.from('3\n')],
    ]),
  );
}

function bytesOf(data: Float32Array | BigInt64Array): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

/** Protocol 2: OrderedDict(), then name and torch._utils._rebuild_tensor_v2(storage, 0, shape, strides, False, OrderedDict()) for each tensor. */
function pickle(tensors: ReadonlyMap<string, StoredTensor>): Buffer {
  const out: Buffer[] = [];
  const code = (...bytes: number[]) => out.push(Buffer.from(bytes));
  const global = (module: string, name: string) => out.push(Buffer.from(`c${module}\n${name}\n`));
  const text = (value: string) => {
    const bytes = Buffer.from(value);
    out.push(Buffer.from('X'), uint32(bytes.length), bytes);
  };
  const integer = (value: number) => out.push(Buffer.from('J'), uint32(value));
  const tuple = (values: readonly number[]) => {
    code(0x28);
    for (const value of values) integer(value);
    code(0x74);
  };
  const orderedDict = () => {
    global('collections', 'OrderedDict');
    code(0x29, 0x52);
  };
  code(0x80, 2);
  orderedDict();
  code(0x28);
  for (const [i, [name, { shape, data }]] of [...tensors].entries()) {
    text(name);
    global('torch._utils', '_rebuild_tensor_v2');
    code(0x28, 0x28);
    text('storage');
    global('torch', data instanceof Float32Array ? 'FloatStorage' : 'LongStorage');
    text(String(i));
    text('cpu');
    integer(data.length);
    code(0x74, 0x51);
    integer(0);
    tuple(shape);
    tuple(shape.map((_, axis) => shape.slice(axis + 1).reduce((product, side) => product * side, 1)));
    code(0x89);
    orderedDict();
    code(0x74, 0x52);
  }
  code(0x75, 0x2e);
  return Buffer.concat(out);
}

/** Members one after another, stored as they are, each content at a multiple of 64 bytes as PyTorch wants it; then the directory. */
function zip(members: ReadonlyMap<string, Buffer>): Buffer {
  const [out, directory]: [Buffer[], Buffer[]] = [[], []];
  let at = 0;
  const push = (...parts: Buffer[]) => {
    out.push(...parts);
    for (const { length } of parts) at += length;
  };
  for (const [path, content] of members) {
    const name = Buffer.from(path);
    const sum = crc32(content);
    // An extra field of an id that readers skip.
    const padding = (64 - ((at + 30 + name.length + 4) % 64)) % 64;
    const extra = Buffer.concat([Buffer.from('FB'), uint16(padding), Buffer.alloc(padding)]);
    const common = [uint16(0), uint16(0), uint32(0), uint32(sum), uint32(content.length), uint32(content.length), uint16(name.length)];
    const place = at;
    push(uint32(0x04034b50), uint16(20), ...common, uint16(extra.length), name, extra, content);
    directory.push(uint32(0x02014b50), uint16(20), uint16(20), ...common, uint16(0), uint16(0), uint16(0), uint16(0), uint32(0), uint32(place), name);
  }
  const entries = Buffer.concat(directory);
  const count = uint16(members.size);
  return Buffer.concat([...out, entries, uint32(0x06054b50), uint16(0), uint16(0), count, count, uint32(entries.length), uint32(at), uint16(0)]);
}

function uint16(value: number): Buffer {
  const out = Buffer.alloc(2);
  out.writeUInt16LE(value);
  return out;
}

function uint32(value: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeUInt32LE(value);
  return out;
}
