type Sharp = typeof import('sharp')['default'];

let loading: Promise<Sharp> | undefined;

/** sharp, loaded when the first image is decoded. One thread an image, since images are decoded side by side; no cache, since each is read once an epoch. */
export function loadSharp(): Promise<Sharp> {
  loading ??= import('sharp').then(({ default: sharp }) => {
    sharp.cache(false);
    sharp.concurrency(1);
    return sharp;
  });
  return loading;
}
