// One contender of `npm run bench -- data`: two augmented views of each file by the loader that training uses. Argument: JSON { paths, size, workers }.
// Answers each line { seconds } with { views, seconds, residentMegabytes }.
import { createInterface } from 'node:readline';
import { createImageLoader } from '@gradalign/core/images';
import { augment, normalisation } from './augment.ts';

const perBatch = 32;
const views = 2;
const { paths, size, workers } = JSON.parse(process.argv[2] ?? '{}') as { paths: string[]; size: number; workers: number };
const loader = createImageLoader({
  image: { size, ...normalisation },
  augment,
  pluginFiles: [import.meta.resolve('@gradalign/datasets')],
  workers,
  seed: 0,
});
let asked = 0;
const load = () => {
  const batch = asked++;
  const requests = Array.from({ length: perBatch }, (_, row) => ({
    source: { path: paths[(perBatch * batch + row) % paths.length] as string },
    keys: [batch, row],
    views,
  }));
  const loading = loader.load(requests);
  // What is on its way when the loader closes is nobody's.
  loading.catch(() => {});
  return loading;
};
// As in training: two batches are on their way while one is used.
const ahead = [load(), load(), load()];
const next = async () => {
  const { data } = await (ahead.shift() as ReturnType<typeof load>);
  loader.recycle?.(data);
  ahead.push(load());
};
await next();
console.log(JSON.stringify({ ready: true }));
for await (const line of createInterface({ input: process.stdin })) {
  const { seconds: wanted } = JSON.parse(line) as { seconds: number };
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  let made = 0;
  while (seconds() < wanted) {
    await next();
    made += perBatch * views;
  }
  console.log(JSON.stringify({ views: made, seconds: seconds(), residentMegabytes: process.memoryUsage.rss() / 2 ** 20 }));
}
await loader.close();
