import { basename } from 'node:path';
import { cannot } from '@gradalign/core';
import { installedWeights, optionOf, type PublishedWeights } from './published-weights.ts';

/**
 * The file that a network's option `weights` means: the installed one for a published name such as `imagenet`, otherwise the path itself.
 *
 * @throws UserError with the command to run where they are not installed.
 */
export function weightsOfOption(
  network: string,
  published: readonly PublishedWeights[],
  value: string,
): { readonly file: string; readonly isPublished: boolean } {
  const weights = publishedOption(network, published, value);
  if (!weights) return { file: value, isPublished: false };
  const file = installedWeights(weights);
  if (file === undefined)
    throw cannot(`find the weights '${value}' of ${network}`, 'they are not installed', `them in the cache. Run: gradalign weights install ${weights.name}`);
  return { file, isPublished: true };
}

/**
 * The published weights that a network's option `weights` names, installed or not; undefined where it is a path.
 *
 * @throws UserError where none have this name.
 */
export function publishedOption(network: string, published: readonly PublishedWeights[], value: string): PublishedWeights | undefined {
  if (basename(value) !== value || !/^[a-z][a-z0-9-]*$/.test(value)) return undefined;
  const weights = published.find((one) => optionOf(one) === value);
  if (weights) return weights;
  const known = [...published.map(optionOf), 'the path of a file'];
  throw cannot(`find the weights '${value}' of ${network}`, 'none are published under this name', known.join(', or '), { exitCode: 2 });
}
