/** For each output pixel the four input pixels it is interpolated from, and the weights between them. A negative index means outside the image, so 0. */
interface RotationTable {
  readonly corners: Int32Array;
  readonly across: Float64Array;
  readonly down: Float64Array;
}

/**
 * A function that rotates square gray images of this side about their center by `degrees` counterclockwise: bilinear, black outside.
 * Bit-identical to Pillow's `Image.rotate(degrees, BILINEAR)`, which torchvision calls: pixel centers lie at halves, values are truncated, not rounded.
 */
export function grayRotation(side: number, degrees: number): (pixels: Uint8Array) => Uint8Array {
  if (degrees % 360 === 0) return (pixels) => new Uint8Array(pixels);
  const { corners, across, down } = rotationTable(side, degrees);
  return (pixels) => {
    const out = new Uint8Array(side * side);
    for (let i = 0; i < out.length; i++) {
      const upperLeft = corners[i * 4] as number;
      if (upperLeft < 0) continue;
      const [x, y] = [across[i] as number, down[i] as number];
      const upper = mix(pixels[upperLeft] as number, pixels[corners[i * 4 + 1] as number] as number, x);
      const lower = mix(pixels[corners[i * 4 + 2] as number] as number, pixels[corners[i * 4 + 3] as number] as number, x);
      out[i] = mix(upper, lower, y);
    }
    return out;
  };
}

function rotationTable(side: number, degrees: number): RotationTable {
  const angle = (-degrees * Math.PI) / 180;
  const [cos, sin] = [tidied(Math.cos(angle)), tidied(Math.sin(angle))];
  const center = side / 2;
  const [left, top] = [cos * -center + sin * -center + center, -sin * -center + cos * -center + center];
  const corners = new Int32Array(side * side * 4).fill(-1);
  const [across, down] = [new Float64Array(side * side), new Float64Array(side * side)];
  const within = (at: number) => Math.min(Math.max(at, 0), side - 1);
  for (let i = 0; i < side * side; i++) {
    const [u, v] = [(i % side) + 0.5, Math.floor(i / side) + 0.5];
    const [x, y] = [cos * u + sin * v + left, -sin * u + cos * v + top];
    if (x < 0 || y < 0 || x >= side || y >= side) continue;
    const [column, row] = [Math.floor(x - 0.5), Math.floor(y - 0.5)];
    across[i] = x - 0.5 - column;
    down[i] = y - 0.5 - row;
    const [x0, x1, y0, y1] = [within(column), within(column + 1), within(row), within(row + 1)];
    corners.set([y0 * side + x0, y0 * side + x1, y1 * side + x0, y1 * side + x1], i * 4);
  }
  return { corners, across, down };
}

function mix(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}

/** To 15 decimals, as Pillow does, so that a quarter turn has no residue. */
function tidied(value: number): number {
  return Number(value.toFixed(15));
}
