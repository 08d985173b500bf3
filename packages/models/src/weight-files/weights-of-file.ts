import { cannot, readSafetensors, type StoredTensor } from '@gradalign/core';
import { tensorInOurLayout } from '../load-weights.ts';

/**
 * The tensors of a safetensors file, in torchvision's naming or ours, under our names and in our layout.
 *
 * @throws UserError if it cannot be read or holds none.
 */
export function weightsOfFile(file: string): ReadonlyMap<string, StoredTensor> {
  const { tensors } = readSafetensors(file);
  const own = new Map(Object.entries(tensors).flatMap(([name, tensor]) => tensorInOurLayout(name, tensor)));
  if (own.size === 0) throw cannot(`read weights ${file}`, 'it holds no tensors', 'the weights of a network');
  return own;
}
