type Sharp = typeof import('sharp')['default'];

let loading: Promise<Sharp> | undefined;

/** sharp, loaded with the first image. One thread per image, since images are decoded in parallel; no cache, since each is read once per epoch. */
export function loadSharp(): Promise<Sharp> {
  loading ??= import('sharp').then(({ default: sharp }) => {
    sharp.cache(false);
    sharp.concurrency(1);
    return sharp;
  });
  return loading;
}
