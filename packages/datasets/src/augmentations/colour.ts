import { type ColorMap, defineAugmentation } from '@gradalign/core';
import { Type } from '@sinclair/typebox';

const amount = (description: string, maximum = 1) => Type.Number({ minimum: 0, maximum, default: 0, description });
/** ITU-R BT.601. */
const luma = [0.299, 0.587, 0.114];

/**
 * Brightness, contrast, saturation and hue, each by a factor uniform in 1 - x .. 1 + x (hue: a rotation of -x .. x), folded into one matrix in this
 * order. Contrast is about mid-gray, not about the image's own mean, and hue rotates in the YIQ plane: both avoid an extra pass.
 */
export const colour = defineAugmentation({
  name: 'colour',
  summary: 'Random brightness, contrast, saturation and hue',
  options: Type.Object(
    {
      brightness: amount('Largest relative change'),
      contrast: amount('Largest relative change, about mid-gray'),
      saturation: amount('Largest relative change'),
      hue: amount('Largest rotation of the hue, in turns', 0.5),
    },
    { additionalProperties: false },
  ),
  create: ({ brightness, contrast, saturation, hue }) => ({
    color(random) {
      const bright = random.uniform(1 - brightness, 1 + brightness);
      const contrasted = random.uniform(1 - contrast, 1 + contrast);
      const saturated = random.uniform(1 - saturation, 1 + saturation);
      const turn = random.uniform(-hue, hue) * 2 * Math.PI;
      const scale = bright * contrasted;
      const offset = 0.5 * (1 - contrasted);
      return {
        matrix: multiply(hueMatrix(turn), saturationMatrix(saturated)).map((row) => row.map((value) => value * scale)),
        offset: [offset, offset, offset],
      };
    },
  }),
});

/** Removes all color, with probability p. */
export const grayscale = defineAugmentation({
  name: 'grayscale',
  summary: 'Removes all color, with probability p',
  options: Type.Object({ p: Type.Number({ minimum: 0, maximum: 1, default: 0.1 }) }, { additionalProperties: false }),
  create: ({ p }) => ({ color: (random): ColorMap => ({ matrix: saturationMatrix(random.chance(p) ? 0 : 1), offset: [0, 0, 0] }) }),
});

/** s · v + (1 - s) · luma(v). */
function saturationMatrix(s: number): number[][] {
  return [0, 1, 2].map((c) => luma.map((weight, d) => (1 - s) * weight + (c === d ? s : 0)));
}

/** Rotates the chroma plane and keeps luma: YIQ, there and back. */
function hueMatrix(angle: number): number[][] {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const toYiq = [luma, [0.596, -0.274, -0.322], [0.211, -0.523, 0.312]];
  const turned = multiply(
    [
      [1, 0, 0],
      [0, cos, -sin],
      [0, sin, cos],
    ],
    toYiq,
  );
  return multiply(inverse(toYiq), turned);
}

function multiply(a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number[][] {
  return a.map((row) => [0, 1, 2].map((c) => row.reduce((sum, value, k) => sum + value * (b[k]?.[c] ?? 0), 0)));
}

function inverse(m: readonly (readonly number[])[]): number[][] {
  const at = (r: number, c: number) => m[r % 3]?.[c % 3] ?? 0;
  const cofactor = (r: number, c: number) => at(r + 1, c + 1) * at(r + 2, c + 2) - at(r + 1, c + 2) * at(r + 2, c + 1);
  const determinant = [0, 1, 2].reduce((sum, c) => sum + at(0, c) * cofactor(0, c), 0);
  return [0, 1, 2].map((r) => [0, 1, 2].map((c) => cofactor(c, r) / determinant));
}
