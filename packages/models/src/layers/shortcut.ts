import { convolution } from './convolution.ts';
import type { Layer } from './layer.ts';
import { normalization } from './normalization.ts';
import { sequence } from './sequence.ts';

export interface ResidualBlockOptions {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly stride: number;
}

/** torchvision's way around a residual block: nothing, or `<name>/downsample/0`, a strided 1x1 convolution, and batch norm where shapes differ. */
export function shortcut({ name, inputs, outputs, stride }: ResidualBlockOptions): Layer {
  if (stride === 1 && inputs === outputs) return sequence([]);
  return sequence([convolution({ name: `${name}/downsample/0`, inputs, outputs, size: 1, stride }), normalization(`${name}/downsample/1`, outputs)]);
}
