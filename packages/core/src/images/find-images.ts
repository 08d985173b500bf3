import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { imageEnding, imageKindNames, videoEnding, whyNotRead } from '@gradalign/pixels/files';
import type { LeftOut } from '../contracts/dataset.ts';
import { cannot } from '../contracts/errors.ts';
import { leadsOutside, linkedOutside } from '../files/leads-outside.ts';

/**
 * Lists image files: inputs that are files as they are, and every picture of a kind that is read below inputs that are folders, sorted by name. Skips
 * hidden files and folders.
 *
 * @param options `videos`: video files too
 * @param onLeftOut called for each picture or video in a folder that is of a kind that is not read, and for each link that leads out of its folder
 * @throws UserError, exit code 2, where an input does not exist or there are no images.
 */
export function findImages(
  inputs: readonly string[],
  onLeftOut?: (leftOut: LeftOut) => void,
  { videos = false }: { readonly videos?: boolean } = {},
): string[] {
  const isWanted = (name: string) => imageEnding.test(name) || (videos && videoEnding.test(name));
  const expected = videos ? 'an image, a video or a folder of them' : 'an image or a folder of images';
  const leftOut: LeftOut[] = [];
  const found = inputs.flatMap((input) => {
    const stat = statSync(input, { throwIfNoEntry: false });
    if (!stat) throw cannot(`read ${input}`, 'there is no such file or folder', expected, { exitCode: 2 });
    return stat.isDirectory() ? below(input, isWanted, leftOut) : [input];
  });
  for (const one of leftOut) onLeftOut?.(one);
  if (found.length > 0) return found;
  const [first] = leftOut;
  const is = first ? `there are none, only ${leftOut.length === 1 ? '' : `${leftOut.length} files such as `}${first.what} (${first.why})` : 'there are none';
  throw cannot(`find images in ${inputs.join(', ')}`, is, videos ? `${imageKindNames}, or video files` : `${imageKindNames} files`, { exitCode: 2 });
}

function below(folder: string, isWanted: (name: string) => boolean, leftOut: LeftOut[]): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .filter((name) => !name.split(/[\\/]/).some((part) => part.startsWith('.')));
  const outside = new Set(names.filter((name) => leadsOutside(join(folder, name), folder)));
  for (const name of names) {
    if (outside.has(name)) {
      if (isWanted(name)) leftOut.push({ kind: 'place', what: join(folder, name), why: linkedOutside });
      continue;
    }
    const why = isWanted(name) ? undefined : whyNotRead(name);
    if (why !== undefined) leftOut.push({ kind: 'kind', what: join(folder, name), why });
  }
  return names
    .filter((name) => isWanted(name) && !outside.has(name))
    .map((name) => join(folder, name))
    .filter((path) => !statSync(path, { throwIfNoEntry: false })?.isDirectory());
}
