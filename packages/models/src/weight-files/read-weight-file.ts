import { decodeSafetensors, describeReadError, readBounded } from '@gradalign/core';
import { fileProblem } from './file-problem.ts';
import type { FileTensors } from './file-tensor.ts';
import { readNpzFile } from './npz-file.ts';
import { numberTypes } from './number-types.ts';
import { readTorchFile } from './torch-file.ts';

/** Node reads no larger file at once. */
const largest = 2 ** 31 - 1;
const formats = 'a PyTorch file (.pth, .pt), safetensors, or a NumPy archive (.npz)';

/** What a weight file is, by its content. */
export type WeightFileFormat = 'torch' | 'npz' | 'safetensors';

/**
 * The tensors of a weight file, whatever its name ends with. Nothing of the file is run.
 *
 * @throws UserError that says what is wrong with the file.
 */
export function readWeightFile(file: string): { readonly format: WeightFileFormat; readonly tensors: FileTensors } {
  const bytes = contentOf(file);
  const format = formatOf(bytes, file);
  if (format === 'torch') return { format, tensors: readTorchFile(bytes, file) };
  if (format === 'npz') return { format, tensors: readNpzFile(bytes, file) };
  const { tensors } = decodeSafetensors(bytes, file);
  const entries = Object.entries(tensors).map(
    ([name, { shape, data }]) => [name, { shape, type: numberTypes.float32, values: () => Float32Array.from(data) }] as const,
  );
  return { format, tensors: new Map(entries) };
}

function contentOf(file: string): Buffer {
  try {
    return readBounded(file, largest);
  } catch (error) {
    throw fileProblem(file, describeReadError(error), formats, error);
  }
}

function formatOf(bytes: Buffer, file: string): WeightFileFormat {
  if (bytes.length < 8) throw fileProblem(file, `it has ${bytes.length} bytes`, formats);
  if (bytes.readUInt32LE(0) === 0x04034b50) return isTorch(bytes) ? 'torch' : 'npz';
  if (bytes[0] === 0x80 && (bytes[1] as number) <= 5) return 'torch';
  const header = bytes.readBigUInt64LE(0);
  // A header that is cut off, or claims too much, is for the reader of safetensors to say.
  if (bytes[8] === 0x7b || header === BigInt(bytes.length - 8)) return 'safetensors';
  if (bytes.toString('latin1', 0, 4) === '\x89HDF') throw fileProblem(file, 'it is an HDF5 file (Keras)', formats);
  throw fileProblem(file, 'its content is none of the formats that are read here', formats);
}

/** Of a zip archive: whether its first member lies where torch.save puts it. */
function isTorch(bytes: Buffer): boolean {
  if (bytes.length < 30) return true;
  const name = bytes.toString('utf8', 30, 30 + bytes.readUInt16LE(26));
  return !name.endsWith('.npy');
}
