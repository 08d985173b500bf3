import { cannot, type PixelImage } from '@gradalign/pixels';

/**
 * Decodes an 8-bit RGB PNG without interlacing (PNG, third edition): the kind that golden pictures are. A browser's own decoder may change colors.
 *
 * @throws UserError for any other file
 */
export async function decodePlainPng(bytes: Uint8Array): Promise<PixelImage> {
  const damaged = () => cannot('read the golden picture', 'it is no plain PNG', 'the golden.json that gradalign export wrote');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 33 || view.getUint32(0) !== 0x89504e47) throw damaged();
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  if (bytes[24] !== 8 || bytes[25] !== 2 || bytes[28] !== 0 || width * height > 2 ** 22) throw damaged();
  const parts: Uint8Array[] = [];
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at))
    if (view.getUint32(at + 4) === 0x49444154) parts.push(bytes.subarray(at + 8, at + 8 + view.getUint32(at)));
  const lines = await inflated(parts).catch(() => {
    throw damaged();
  });
  const row = 3 * width;
  if (lines.length !== (row + 1) * height) throw damaged();
  const data = new Uint8Array(row * height);
  for (let y = 0; y < height; y++) unfilter(lines.subarray(y * (row + 1), (y + 1) * (row + 1)), data, y * row, row);
  return { data, width, height, channels: 3 };
}

/** Undoes a line's filter (9.2): what was subtracted is predicted from the pixels to the left, above, and above left. */
function unfilter(line: Uint8Array, out: Uint8Array, start: number, row: number): void {
  const filter = line[0];
  for (let i = 0; i < row; i++) {
    const left = i >= 3 ? (out[start + i - 3] as number) : 0;
    const up = start > 0 ? (out[start + i - row] as number) : 0;
    const corner = i >= 3 && start > 0 ? (out[start + i - row - 3] as number) : 0;
    const predicted = filter === 1 ? left : filter === 2 ? up : filter === 3 ? (left + up) >> 1 : filter === 4 ? paeth(left, up, corner) : 0;
    out[start + i] = (line[i + 1] as number) + predicted;
  }
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

async function inflated(parts: readonly Uint8Array[]): Promise<Uint8Array> {
  const stream = new Blob([...parts] as Uint8Array<ArrayBuffer>[]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
