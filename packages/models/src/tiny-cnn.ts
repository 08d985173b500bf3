import { defineModel } from '@gradalign/core';
import { Type } from '@sinclair/typebox';
import { headOption } from './heads/create-head.ts';
import { convBlock } from './layers/conv-block.ts';
import { createNetwork } from './network.ts';

/**
 * Blocks of a 3x3 convolution, batch norm and ReLU. The first keeps the image size; each further one halves it and doubles the channels, up to 4 x width:
 * width 32 and 4 blocks give 32, 64, 128, 128 channels and about 241,000 weights.
 */
export const tinyCnn = defineModel({
  name: 'tiny-cnn',
  summary: 'A small convolutional network for small images: minutes of training on a CPU',
  options: Type.Object(
    {
      width: Type.Integer({ minimum: 1, maximum: 512, default: 32, description: 'Channels of the first block' }),
      blocks: Type.Integer({ minimum: 1, maximum: 6, default: 4, description: 'Convolutions; each after the first halves the size' }),
      stride: Type.Integer({ minimum: 1, maximum: 4, default: 1, description: 'Stride of the first convolution' }),
      head: headOption,
    },
    { additionalProperties: false },
  ),
  create({ width, blocks, stride, head }, context) {
    const channels = Array.from({ length: blocks }, (_, i) => width * Math.min(2 ** i, 4));
    const layers = channels.map((outputs, i) =>
      convBlock({
        name: `block${i + 1}`,
        inputs: i === 0 ? context.image.channels : (channels[i - 1] as number),
        outputs,
        size: 3,
        stride: i === 0 ? stride : 2,
        pad: 1,
      }),
    );
    return createNetwork({ blocks: layers, features: channels.at(-1) as number, head }, context);
  },
});
