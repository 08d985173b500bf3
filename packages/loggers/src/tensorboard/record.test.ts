import { expect, it } from 'vitest';
import { encodeRecord } from './record.ts';

it('a record of "123456789" has the checksums that TensorBoard computes', () => {
  // CRC-32C of "123456789" is 0xe3069283; rotated by 15 bits 0x2507c60d, plus 0xa282ead8: 0xc78ab0e5.
  const record = Buffer.from(encodeRecord(Buffer.from('123456789')));
  expect(record.readBigUInt64LE(0)).toBe(9n);
  expect(record.subarray(12, 21).toString()).toBe('123456789');
  expect(record.readUInt32LE(21)).toBe(0xc78ab0e5);
  expect(record).toHaveLength(25);
});
