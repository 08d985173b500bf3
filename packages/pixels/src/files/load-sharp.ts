import { cannot } from '../contracts/errors.ts';

type Sharp = typeof import('sharp')['default'];

let loading: Promise<Sharp> | undefined;

/** sharp, loaded with the first image. One thread per image, since images are decoded in parallel; no cache, since each is read once per epoch. */
export function loadSharp(): Promise<Sharp> {
  loading ??= import('sharp').then(
    ({ default: sharp }) => {
      sharp.cache(false);
      sharp.concurrency(1);
      return sharp;
    },
    (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'ERR_MODULE_NOT_FOUND') throw cause;
      throw cannot('read pictures', 'sharp is not installed', 'it (npm install sharp)', { cause });
    },
  );
  return loading;
}
