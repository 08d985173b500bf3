import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cannot } from '../contracts/errors.ts';
import { leadsOutside, linkedOutside } from '../files/leads-outside.ts';

/** A file that is not read, and why. */
interface NotRead {
  readonly kind: 'place';
  readonly what: string;
  readonly why: string;
}

/**
 * Lists image files: inputs that are files as they are, and every JPEG and PNG file below inputs that are folders, sorted by name. Skips hidden files
 * and folders.
 *
 * @param onLeftOut called for each link in a folder that leads out of it: it is not followed
 * @throws UserError, exit code 2, where an input does not exist or there are no images.
 */
export function findImages(inputs: readonly string[], onLeftOut?: (leftOut: NotRead) => void): string[] {
  const found = inputs.flatMap((input) => {
    const stat = statSync(input, { throwIfNoEntry: false });
    if (!stat) throw cannot(`read ${input}`, 'there is no such file or folder', 'an image or a folder of images', { exitCode: 2 });
    return stat.isDirectory() ? below(input, onLeftOut) : [input];
  });
  if (found.length === 0) throw cannot(`find images in ${inputs.join(', ')}`, 'there are none', 'JPEG or PNG files', { exitCode: 2 });
  return found;
}

function below(folder: string, onLeftOut?: (leftOut: NotRead) => void): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const images = names.filter((name) => /\.(jpe?g|png)$/i.test(name) && !name.split(/[\\/]/).some((part) => part.startsWith('.')));
  return images
    .map((name) => join(folder, name))
    .filter((path) => {
      const outside = leadsOutside(path, folder);
      if (outside) onLeftOut?.({ kind: 'place', what: path, why: linkedOutside });
      return !outside;
    });
}
