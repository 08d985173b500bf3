import { defineNetwork } from './define-network.ts';
import { bottleneckBlock } from './layers/bottleneck-block.ts';
import { resnetStages } from './layers/resnet-stages.ts';
import { resnetStem } from './layers/resnet-stem.ts';

/**
 * torchvision's ResNet-50 (v1.5): 23,508,032 weights plus the head. Weight names are torchvision's, with slashes: `layer2/0/downsample/0/kernel`.
 *
 * He et al., Deep Residual Learning for Image Recognition, CVPR 2016, arXiv 1512.03385.
 */
export const resnet50 = defineNetwork({
  name: 'resnet50',
  summary: "torchvision's ResNet-50 (v1.5), with weights from safetensors in torchvision's naming",
  paper: 'He et al., Deep Residual Learning for Image Recognition, CVPR 2016, arXiv 1512.03385',
  features: 2048,
  pytorch: { classifier: 'fc', first: 'conv1/kernel' },
  blocks: (channels) => [resnetStem(channels), ...resnetStages({ blocks: [3, 4, 6, 3], channels: [256, 512, 1024, 2048], block: bottleneckBlock })],
});
