import { extname } from 'node:path';
import { cannot, encodeSafetensors, type StoredTensor, type Weights, writeAtomically } from '@gradalign/core';
import { networks } from '../networks.ts';
import { nameInPytorch } from '../torchvision-names.ts';
import { writeTorchFile } from './write-torch-file.ts';

/** Options of {@link exportWeights}. */
export interface ExportWeightsOptions {
  /** Tensors under our names, in our layout. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Ends with .pth, .pt or .safetensors. */
  readonly output: string;
}

/** What {@link exportWeights} did. Plain data. */
export interface ExportedWeights {
  readonly output: string;
  /** Names of the tensors, in PyTorch. */
  readonly tensors: readonly string[];
}

/**
 * Writes weights in PyTorch's naming and layout, for `load_state_dict(strict=True)` of the same network whose last layer has as many outputs, and a bias
 * where ours has one (the cosine head has none).
 *
 * @throws UserError for an ending that is not known, or a file that cannot be written.
 */
export function exportWeights({ tensors, output }: ExportWeightsOptions): ExportedWeights {
  const ending = extname(output).toLowerCase();
  if (!['.pth', '.pt', '.safetensors'].includes(ending))
    throw cannot(`export weights to ${output}`, ending === '' ? 'its name has no ending' : `it ends with ${ending}`, '.pth, .pt or .safetensors', {
      exitCode: 2,
    });
  const classifier = networks.find(({ pytorch }) => tensors.has(pytorch.first))?.pytorch.classifier ?? 'fc';
  const named = new Map<string, StoredTensor>();
  for (const [name, tensor] of tensors) {
    named.set(nameInPytorch(name, classifier), inPytorchLayout(tensor));
    // PyTorch counts the batches of a batch norm; training here does not, and momentum makes no use of it.
    if (name.endsWith('/movingVariance'))
      named.set(nameInPytorch(name.replace(/movingVariance$/, 'num_batches_tracked'), classifier), { shape: [], data: Int32Array.of(0) });
  }
  const content = ending === '.safetensors' ? encodeSafetensors(Object.fromEntries(named), { format: 'pt' }) : writeTorchFile(named);
  writeAtomically(output, content);
  return { output, tensors: [...named.keys()] };
}

/** A model's parameters and statistics as plain tensors. */
export function storedTensors({ parameters, statistics }: Weights): Map<string, StoredTensor> {
  return new Map([...parameters, ...statistics].map(([name, variable]) => [name, { shape: variable.shape, data: Float32Array.from(variable.dataSync()) }]));
}

/** [h, w, in, out] as [out, in, h, w], [in, out] as [out, in]. */
function inPytorchLayout({ shape, data }: StoredTensor): StoredTensor {
  if (shape.length !== 4 && shape.length !== 2) return { shape, data };
  const [height, width, inputs, outputs] = (shape.length === 4 ? shape : [1, 1, ...shape]) as [number, number, number, number];
  const pixels = height * width;
  const out = new Float32Array(data.length);
  for (let p = 0; p < pixels; p++)
    for (let i = 0; i < inputs; i++) for (let o = 0; o < outputs; o++) out[(o * inputs + i) * pixels + p] = data[(p * inputs + i) * outputs + o] as number;
  return { shape: shape.length === 4 ? [outputs, inputs, height, width] : [outputs, inputs], data: out };
}
