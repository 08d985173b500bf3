import { basename } from 'node:path';
import { cannot } from '@gradalign/core';
import { installedWeights, publishedNames, publishedWeights } from './published-weights.ts';

/**
 * The file that a network's option `weights` means: the installed one for a published name such as `imagenet`, otherwise the path itself.
 *
 * @throws UserError with the command to run where they are not installed.
 */
export function weightsOfOption(network: string, value: string): { readonly file: string; readonly published: boolean } {
  if (basename(value) !== value || !/^[a-z][a-z0-9-]*$/.test(value)) return { file: value, published: false };
  const known = publishedNames(network);
  if (!known.includes(value))
    throw cannot(
      `find the weights '${value}' of ${network}`,
      'none are published under this name',
      known.length > 0 ? `${known.join(', ')}, or the path of a file` : 'the path of a file',
      {
        exitCode: 2,
      },
    );
  const weights = publishedWeights.find(({ name }) => name === `${network}/${value}`);
  const file = weights && installedWeights(weights);
  if (file === undefined)
    throw cannot(
      `find the weights '${value}' of ${network}`,
      'they are not installed',
      `them in the cache. Run: gradalign weights install ${network}/${value}`,
    );
  return { file, published: true };
}
