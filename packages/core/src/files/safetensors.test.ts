import { expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts';

const tensors = {
  'a/b': { shape: [2, 2], data: Float32Array.of(1, -2, 0.1, Number.MAX_VALUE) },
  empty: { shape: [0], data: new Float32Array(0) },
  whole: { shape: [], data: Int32Array.of(-7) },
};

/** A file with this header over this data. */
function file(header: string, data: Uint8Array = new Uint8Array(0), length = BigInt(header.length)): Uint8Array {
  const out = Buffer.alloc(8 + header.length + data.length);
  out.writeBigUInt64LE(length, 0);
  out.write(header, 8);
  out.set(data, 8 + header.length);
  return out;
}

it('what is written is read back bit for bit, with its metadata; the header is padded to 8 bytes', () => {
  const bytes = encodeSafetensors(tensors, { made: 'here' });
  expect(Number(Buffer.from(bytes).readBigUInt64LE(0)) % 8).toBe(0);
  expect(decodeSafetensors(bytes, 'x')).toEqual({ tensors, metadata: { made: 'here' } });
});

it.each([128, 640, 896, 1152, 1408])('a header of %i bytes, whose length begins as a pickle does, is read', (length) => {
  const header = '{}'.padEnd(length);
  expect(decodeSafetensors(file(header), 'x')).toEqual({ tensors: {}, metadata: {} });
});

it('half, bfloat16 and double become float32: 1.5 and -2 in each', () => {
  const types: Record<string, Uint8Array> = {
    F16: Uint8Array.of(0x00, 0x3e, 0x00, 0xc0),
    BF16: Uint8Array.of(0xc0, 0x3f, 0x00, 0xc0),
    F64: new Uint8Array(Float64Array.of(1.5, -2).buffer),
  };
  for (const [dtype, data] of Object.entries(types)) {
    const header = JSON.stringify({ x: { dtype, shape: [2], data_offsets: [0, data.length] } });
    expect(Array.from(decodeSafetensors(file(header, data), 'x').tensors['x']?.data ?? [])).toEqual([1.5, -2]);
  }
});

const entry = (offsets: readonly number[], shape = [1]) => ({ dtype: 'F32', shape, data_offsets: offsets });
it.each([
  ['too short', Buffer.from('abc'), 'it has 3 bytes'],
  ['a header that is cut off', file('{}', undefined, 100n), 'its header is cut off'],
  ['a header of gigabytes', file('{}', undefined, 1n << 40n), 'its header would have 1099511627776 bytes'],
  ['a header that is not JSON', file('{"a"'), 'its header is not JSON'],
  ['data that is cut off', file(JSON.stringify({ a: entry([0, 4]) })), "the data of 'a' is cut off (0 bytes of 4)"],
  ['overlap', file(JSON.stringify({ a: entry([0, 4]), b: entry([0, 4]) }), new Uint8Array(8)), "the data of 'b' begins at 0 instead of 4"],
  ['a hole', file(JSON.stringify({ a: entry([4, 8]) }), new Uint8Array(8)), "the data of 'a' begins at 4 instead of 0"],
  ['bytes of nobody', file(JSON.stringify({ a: entry([0, 4]) }), new Uint8Array(8)), '4 bytes at its end belong to no tensor'],
  ['a wrong size', file(JSON.stringify({ a: entry([0, 4], [2]) }), new Uint8Array(4)), "'a' of shape [2] and type F32 has 4 bytes instead of 8"],
  ['an unknown type', file(JSON.stringify({ a: { ...entry([0, 4]), dtype: 'F8' } }), new Uint8Array(4)), "'a' has the type F8, which is not supported"],
  ['a type of the name of a method', file(JSON.stringify({ a: { ...entry([0, 4]), dtype: 'toString' } }), new Uint8Array(4)), "'a' has the type toString"],
  [
    'a tensor that would be a prototype',
    file('{"__proto__":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}', new Uint8Array(4)),
    "a tensor has the name '__proto__'",
  ],
  ['metadata that is a number', file('{"__metadata__":1}'), 'its __metadata__ is not texts by key'],
  ['a pointer of Git LFS', Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 46\n'), 'it is a pointer of Git LFS'],
  ['a web page', Buffer.from('<!DOCTYPE html><html>403</html>'), 'it is a web page'],
  ['a PyTorch file', Buffer.from('504b030414000000', 'hex'), 'it is a PyTorch file (.pth), expected a safetensors file: gradalign weights import'],
])('%s is refused', (_, bytes, message) => {
  expect(() => decodeSafetensors(bytes, 'weights')).toThrow(message);
});
