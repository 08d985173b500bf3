import { defineModel } from '@gradalign/core';
import { maxPool } from '@gradalign/engine';
import { Type } from '@sinclair/typebox';
import { headOption } from './heads/create-head.ts';
import { convolution } from './layers/convolution.ts';
import type { Layer } from './layers/layer.ts';
import { normalization } from './layers/normalization.ts';
import { residualBlock } from './layers/residual-block.ts';
import { loadWeights } from './load-weights.ts';
import { createNetwork } from './network.ts';

/**
 * torchvision's ResNet-18: 11,176,512 weights plus the head. Weight names are torchvision's, with slashes: `layer2/0/downsample/0/kernel`.
 *
 * He et al., Deep Residual Learning for Image Recognition, CVPR 2016, arXiv 1512.03385.
 */
export const resnet18 = defineModel({
  name: 'resnet18',
  summary: "torchvision's ResNet-18, with weights from safetensors in torchvision's naming",
  paper: 'He et al., Deep Residual Learning for Image Recognition, CVPR 2016, arXiv 1512.03385',
  options: Type.Object(
    {
      head: headOption,
      weights: Type.Optional(
        Type.String({ format: 'path', description: "safetensors file in torchvision's naming, or the model.safetensors of a checkpoint" }),
      ),
      strict: Type.Boolean({ default: true, description: 'false: accept a missing head or one of another shape, and ignore surplus tensors' }),
    },
    { additionalProperties: false },
  ),
  create({ head, weights, strict }, context) {
    const model = createNetwork({ blocks: [stem(context.image.channels), ...stages()], features: 512, head }, context);
    try {
      if (weights !== undefined) loadWeights(model.weights, weights, { strict });
    } catch (error) {
      model[Symbol.dispose]();
      throw error;
    }
    return model;
  },
});

/** conv1 7x7 with stride 2, bn1, ReLU, max pool 3x3 with stride 2. */
function stem(channels: number): Layer {
  const conv1 = convolution({ name: 'conv1', inputs: channels, outputs: 64, size: 7, stride: 2, pad: 3 });
  const bn1 = normalization('bn1', 64);
  return {
    declare(into, random) {
      conv1.declare(into, random);
      bn1.declare(into, random);
    },
    apply: (x, weights, pass) => maxPool(bn1.apply(conv1.apply(x, weights, pass), weights, pass, { relu: true }), 3, 2, 1),
  };
}

/** Four stages of two blocks: 64, 128, 256, 512 channels. */
function stages(): Layer[] {
  return [64, 128, 256, 512].flatMap((outputs, stage) =>
    [0, 1].map((block) =>
      residualBlock({
        name: `layer${stage + 1}/${block}`,
        inputs: block === 1 || stage === 0 ? outputs : outputs / 2,
        outputs,
        stride: block === 0 && stage > 0 ? 2 : 1,
      }),
    ),
  );
}
