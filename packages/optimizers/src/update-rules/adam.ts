import { defineUpdateRule } from '@gradalign/core';
import { adamOptions, adamRule } from './adam-rule.ts';

/**
 * Adam, PyTorch's semantics: d = direction + weightDecay · θ, and adam-rule.ts.
 */
export const adam = defineUpdateRule({
  name: 'adam',
  summary: 'Adam; weight decay is added to the direction',
  paper: 'Kingma and Ba, Adam: A Method for Stochastic Optimization, ICLR 2015, arXiv 1412.6980',
  options: adamOptions({ weightDecay: 0 }),
  create: (options) => adamRule(options, 'coupled'),
});
