/** Side of a block. */
export const side = 8;

// Loeffler, Ligtenberg and Moschytz (ICASSP 1989) in integers of 13 fractional bits, as libjpeg's jfdctint.c and jidctint.c: constants are named by value.
const constantBits = 13;
const extraBits = 2;
const [c0_298, c0_390, c0_541, c0_765, c0_899, c1_175] = [2446, 3196, 4433, 6270, 7373, 9633];
const [c1_501, c1_847, c1_961, c2_053, c2_562, c3_072] = [12299, 15137, 16069, 16819, 20995, 25172];

/** The cosine transform of a block, 8 times too large, in place. */
export function toCoefficients(block: Int32Array): void {
  for (let i = 0; i < side; i++) forward(block, side * i, 1, true);
  for (let i = 0; i < side; i++) forward(block, i, side, false);
}

function forward(block: Int32Array, start: number, step: number, first: boolean): void {
  const at = (i: number) => block[start + i * step] as number;
  const [sum0, sum1, sum2, sum3] = [at(0) + at(7), at(1) + at(6), at(2) + at(5), at(3) + at(4)];
  const [minus0, minus1, minus2, minus3] = [at(0) - at(7), at(1) - at(6), at(2) - at(5), at(3) - at(4)];
  const put = (i: number, value: number, shift: number) => {
    block[start + i * step] = descale(value, shift);
  };
  const shift = first ? constantBits - extraBits : constantBits + extraBits;

  const [outer, inner, outerDifference, innerDifference] = [sum0 + sum3, sum1 + sum2, sum0 - sum3, sum1 - sum2];
  if (first) {
    block[start] = (outer + inner) << extraBits;
    block[start + 4 * step] = (outer - inner) << extraBits;
  } else {
    put(0, outer + inner, extraBits);
    put(4, outer - inner, extraBits);
  }
  const even = (outerDifference + innerDifference) * c0_541;
  put(2, even + outerDifference * c0_765, shift);
  put(6, even - innerDifference * c1_847, shift);

  const z5 = (minus3 + minus1 + minus2 + minus0) * c1_175;
  const z1 = -(minus3 + minus0) * c0_899;
  const z2 = -(minus2 + minus1) * c2_562;
  const z3 = -(minus3 + minus1) * c1_961 + z5;
  const z4 = -(minus2 + minus0) * c0_390 + z5;
  put(7, minus3 * c0_298 + z1 + z3, shift);
  put(5, minus2 * c2_053 + z2 + z4, shift);
  put(3, minus1 * c3_072 + z2 + z3, shift);
  put(1, minus0 * c1_501 + z1 + z4, shift);
}

/** From coefficients to pixels 0..255, in place. */
export function fromCoefficients(block: Int32Array): void {
  for (let i = 0; i < side; i++) inverse(block, i, side, constantBits - extraBits);
  for (let i = 0; i < side; i++) inverse(block, side * i, 1, constantBits + extraBits + 3);
  for (let i = 0; i < block.length; i++) block[i] = Math.min(255, Math.max(0, (block[i] as number) + 128));
}

function inverse(block: Int32Array, start: number, step: number, shift: number): void {
  const at = (i: number) => block[start + i * step] as number;
  const even = (at(2) + at(6)) * c0_541;
  const [odd2, odd3] = [even - at(6) * c1_847, even + at(2) * c0_765];
  const [even0, even1] = [(at(0) + at(4)) << constantBits, (at(0) - at(4)) << constantBits];
  const sums = [even0 + odd3, even1 + odd2, even1 - odd2, even0 - odd3];

  const [t0, t1, t2, t3] = [at(7), at(5), at(3), at(1)];
  const z5 = (t0 + t2 + t1 + t3) * c1_175;
  const z1 = -(t0 + t3) * c0_899;
  const z2 = -(t1 + t2) * c2_562;
  const z3 = -(t0 + t2) * c1_961 + z5;
  const z4 = -(t1 + t3) * c0_390 + z5;
  const odds = [t3 * c1_501 + z1 + z4, t2 * c3_072 + z2 + z3, t1 * c2_053 + z2 + z4, t0 * c0_298 + z1 + z3];
  for (let i = 0; i < 4; i++) {
    block[start + i * step] = descale((sums[i] as number) + (odds[i] as number), shift);
    block[start + (7 - i) * step] = descale((sums[i] as number) - (odds[i] as number), shift);
  }
}

function descale(value: number, shift: number): number {
  return (value + (1 << (shift - 1))) >> shift;
}
