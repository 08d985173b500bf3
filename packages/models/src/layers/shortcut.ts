import { convolution } from './convolution.ts';
import type { Layer } from './layer.ts';
import { normalization } from './normalization.ts';
import type { ResidualBlockOptions } from './residual-block.ts';
import { sequence } from './sequence.ts';

/** torchvision's way around a residual block: nothing, or `<name>/downsample/0`, a strided 1x1 convolution, and batch norm where shapes differ. */
export function shortcut({ name, inputs, outputs, stride }: ResidualBlockOptions): Layer {
  if (stride === 1 && inputs === outputs) return sequence([]);
  return sequence([convolution({ name: `${name}/downsample/0`, inputs, outputs, size: 1, stride }), normalization(`${name}/downsample/1`, outputs)]);
}
