import { crc32c } from '@aws-crypto/crc32c';

/**
 * A TFRecord: length (uint64), masked CRC-32C of these 8 bytes, data, masked CRC-32C of the data; little-endian.
 * mask(c) = ((c >>> 15) | (c << 17)) + 0xa282ead8 mod 2^32 (tsl/lib/io/record_writer.h, tsl/lib/hash/crc32c.h).
 */
export function encodeRecord(data: Uint8Array): Uint8Array {
  const record = Buffer.alloc(16 + data.length);
  record.writeBigUInt64LE(BigInt(data.length), 0);
  record.writeUInt32LE(maskedChecksum(record.subarray(0, 8)), 8);
  record.set(data, 12);
  record.writeUInt32LE(maskedChecksum(data), 12 + data.length);
  return record;
}

function maskedChecksum(data: Uint8Array): number {
  const checksum = crc32c(data);
  return (((checksum >>> 15) | (checksum << 17)) + 0xa282ead8) >>> 0;
}
