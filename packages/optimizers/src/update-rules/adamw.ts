import { defineUpdateRule } from '@gradalign/core';
import { adamOptions, adamRule } from './adam-rule.ts';

/**
 * Adam with decoupled weight decay, PyTorch's semantics: θ ← θ (1 - lr · weightDecay) first, and adam-rule.ts with d = direction.
 */
export const adamw = defineUpdateRule({
  name: 'adamw',
  summary: 'Adam with decoupled weight decay',
  paper: 'Loshchilov and Hutter, Decoupled Weight Decay Regularization, ICLR 2019, arXiv 1711.05101',
  options: adamOptions({ weightDecay: 0.01 }),
  create: (options) => adamRule(options, 'decoupled'),
});
