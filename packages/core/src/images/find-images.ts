import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cannot } from '../contracts/errors.ts';

/** Files as they are named, and every JPEG and PNG below folders, in the order of their names. Hidden files and folders are passed over. */
export function findImages(inputs: readonly string[]): string[] {
  const found = inputs.flatMap((input) => {
    const stat = statSync(input, { throwIfNoEntry: false });
    if (!stat) throw cannot(`read ${input}`, 'it is not there', 'an image or a folder of images', { exitCode: 2 });
    return stat.isDirectory() ? below(input) : [input];
  });
  if (found.length === 0) throw cannot(`find images in ${inputs.join(', ')}`, 'there are none', 'JPEG or PNG files', { exitCode: 2 });
  return found;
}

function below(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return names.filter((name) => /\.(jpe?g|png)$/i.test(name) && !name.split(/[\\/]/).some((part) => part.startsWith('.'))).map((name) => join(folder, name));
}
