/** How the numbers of a tensor are stored. */
export interface NumberType {
  /** As messages call it. */
  readonly name: string;
  /** Size of one, bytes. */
  readonly bytes: number;
  read(bytes: Buffer, at: number): number;
}

const scratch = new DataView(new ArrayBuffer(4));

/** The types of weight files, little-endian, by name. */
export const numberTypes = {
  float64: { name: 'float64', bytes: 8, read: (bytes, at) => bytes.readDoubleLE(at) },
  float32: { name: 'float32', bytes: 4, read: (bytes, at) => bytes.readFloatLE(at) },
  float16: { name: 'float16', bytes: 2, read: (bytes, at) => half(bytes.readUInt16LE(at)) },
  bfloat16: {
    name: 'bfloat16',
    bytes: 2,
    read(bytes, at) {
      scratch.setUint32(0, bytes.readUInt16LE(at) << 16);
      return scratch.getFloat32(0);
    },
  },
  int64: { name: 'int64', bytes: 8, read: (bytes, at) => Number(bytes.readBigInt64LE(at)) },
  int32: { name: 'int32', bytes: 4, read: (bytes, at) => bytes.readInt32LE(at) },
  int16: { name: 'int16', bytes: 2, read: (bytes, at) => bytes.readInt16LE(at) },
  int8: { name: 'int8', bytes: 1, read: (bytes, at) => bytes.readInt8(at) },
  uint8: { name: 'uint8', bytes: 1, read: (bytes, at) => bytes.readUInt8(at) },
  bool: { name: 'bool', bytes: 1, read: (bytes, at) => bytes.readUInt8(at) },
} satisfies Record<string, NumberType>;

/** IEEE 754 half precision. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
