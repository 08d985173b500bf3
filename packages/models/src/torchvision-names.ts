/** Where a tensor of a torchvision state dict goes in our models. */
export interface TorchvisionName {
  /** Our name of the weight. */
  readonly name: string;
  /** `oihw`: convolution kernels [out, in, h, w] become [h, w, in, out]. `oi`: dense kernels [out, in] become [in, out]. */
  readonly layout: 'oihw' | 'oi' | 'same';
}

const lastPart: Readonly<Record<string, string>> = { bias: 'beta', running_mean: 'movingMean', running_var: 'movingVariance' };

/**
 * `layer1.0.conv1.weight` is `layer1/0/conv1/kernel`, `bn1.running_var` is `bn1/movingVariance`, the classifier's `fc.weight`
 * (`classifier.1.weight`, `_fc.weight`) is `head/kernel`.
 * Undefined for what is not a weight (`num_batches_tracked`).
 *
 * @param name In the state dict.
 * @param rank Of the tensor: it tells whether a `.weight` is a kernel (4 or 2) or a gamma (1).
 */
export function torchvisionName(name: string, rank: number): TorchvisionName | undefined {
  if (name.endsWith('num_batches_tracked')) return undefined;
  const parts = name.split('.');
  const last = parts.pop() ?? '';
  const path = parts.join('/').replace(/^(fc|_fc|classifier\/1)$/, 'head');
  if (path === 'head' && last === 'bias') return { name: 'head/bias', layout: 'same' };
  if (last !== 'weight') return { name: `${path}/${lastPart[last] ?? last}`, layout: 'same' };
  if (rank === 4) return { name: `${path}/kernel`, layout: 'oihw' };
  return rank === 2 ? { name: `${path}/kernel`, layout: 'oi' } : { name: `${path}/gamma`, layout: 'same' };
}

/**
 * The inverse of {@link torchvisionName}: `layer1/0/conv1/kernel` is `layer1.0.conv1.weight`.
 *
 * @param classifier What the network calls its last layer: `fc`.
 */
export function nameInPytorch(name: string, classifier = 'fc'): string {
  const parts = name.replace(/^head\//, `${classifier.replaceAll('.', '/')}/`).split('/');
  const last = parts.pop() ?? '';
  const own = { kernel: 'weight', gamma: 'weight', beta: 'bias', movingMean: 'running_mean', movingVariance: 'running_var' }[last] ?? last;
  return [...parts, own].join('.');
}
