import { expect, it } from 'vitest';
import { encodeEvent } from './event-messages.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

it('a scalar is field 5 (summary), 1 (value), 1 (tag) and 2 (float)', () => {
  // 09: wall time, double 1; 10 07: step 7; 2a 0c: summary of 12 bytes; 0a 0a: value of 10; 0a 03 "l/t"; 15: float 0.5.
  expect(hex(encodeEvent(1, 7, { values: [{ tag: 'l/t', scalar: 0.5 }] }))).toBe('09000000000000f03f10072a0c0a0a0a036c2f74150000003f');
});

it('the start of a session is field 7 with status 1', () => {
  expect(hex(encodeEvent(1, 7, { sessionStart: true }))).toBe('09000000000000f03f10073a020801');
});

it('a number beyond float32 is infinite, and NaN stays NaN', () => {
  expect(hex(encodeEvent(1, 0, { values: [{ tag: 'x', scalar: 1e39 }] })).slice(-8)).toBe('0000807f');
  expect(hex(encodeEvent(1, 0, { values: [{ tag: 'x', scalar: Number.NaN }] })).slice(-8)).toBe('0000c07f');
});
