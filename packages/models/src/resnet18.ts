import { defineNetwork } from './define-network.ts';
import { residualBlock } from './layers/residual-block.ts';
import { resnetStages } from './layers/resnet-stages.ts';
import { resnetStem } from './layers/resnet-stem.ts';

/**
 * torchvision's ResNet-18: 11,176,512 weights plus the head. Weight names are torchvision's, with slashes: `layer2/0/downsample/0/kernel`.
 *
 * He et al., Deep Residual Learning for Image Recognition, CVPR 2016, arXiv 1512.03385.
 */
export const resnet18 = defineNetwork({
  name: 'resnet18',
  summary: "torchvision's ResNet-18, with weights from safetensors in torchvision's naming",
  paper: 'He et al., Deep Residual Learning for Image Recognition, CVPR 2016, arXiv 1512.03385',
  features: 512,
  pytorch: { classifier: 'fc', first: 'conv1/kernel' },
  blocks: (channels) => [resnetStem(channels), ...resnetStages({ blocks: [2, 2, 2, 2], channels: [64, 128, 256, 512], block: residualBlock })],
});
