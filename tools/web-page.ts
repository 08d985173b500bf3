/**
 * `npm run docs:web`: trains a small run on rendered faces (in runs/web, where it is not there yet), exports it into the page of examples/web, and opens that
 * in Chromium with a camera that plays a rendered face. Draws docs/pictures/web.png, and prints what a page loads and how long a first decision takes.
 *
 *   npm run docs:web -- --run <folder>   measures the page with another run; draws nothing
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { buildPage, servePage } from '../examples/web/test/served-page.ts';
import { gradalign, trainSmallRun } from '../examples/web/test/small-run.ts';
import { openChromium } from '../vitest.chromium.ts';

/** What belongs to what, by the beginning or the name of its path; the rest is the page itself. */
const parts: readonly (readonly [name: string, files: RegExp])[] = [
  ['model and golden picture', /^\/model\./],
  ['onnxruntime-web', /\/ort[.-]/],
  ['face detector: weights', /^\/detector\/.*(bin|json)$/],
  ['face detector: WebAssembly', /^\/detector\/.*wasm$/],
  ['page: HTML, style, scripts with TensorFlow.js', /./],
];

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({ options: { run: { type: 'string' } } });
const small = await trainSmallRun(join(root, 'runs', 'web'));
const folder = mkdtempSync(join(tmpdir(), 'gradalign-web-'));
const built = join(folder, 'page');

try {
  buildPage(built);
  console.log(gradalign(root, 'export', values.run === undefined ? small.run : resolve(values.run), '-o', join(built, 'model.onnx')).split('\n', 1)[0]);
  const camera = join(folder, 'live.y4m');
  spawnSync('ffmpeg', ['-y', '-v', 'error', '-i', small.clips.live, '-pix_fmt', 'yuv420p', camera]);
  const served = await servePage({ built });
  const browser = await openChromium(['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${camera}`]);
  try {
    const page = await browser.newPage({ viewport: { width: 1240, height: 1050 }, colorScheme: 'light' });
    const loaded = new Set<string>();
    page.on('requestfinished', (request) => loaded.add(new URL(request.url()).pathname));
    await page.goto(served.address);
    await page.waitForSelector('#camera:enabled', { timeout: 300_000 });
    await page.click('#camera');
    const times = await measured(page);
    console.log(renderSizes([...loaded]));
    console.log(renderTimes(times));
    if (values.run === undefined) await draw(page);
  } finally {
    await browser.close();
    await served.close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

interface Times {
  /** Milliseconds from the start of loading. */
  readonly ready: number;
  /** Milliseconds from there to the first decision about a frame of the camera. */
  readonly decision: number;
  /** Frames a second after that. */
  readonly rate: number;
}

async function measured(page: Page): Promise<Times> {
  await page.waitForFunction(() => performance.getEntriesByName('decision').length >= 11, undefined, { timeout: 300_000 });
  return page.evaluate(() => {
    const decisions = performance.getEntriesByName('decision').map(({ startTime }) => startTime);
    const ready = (performance.getEntriesByName('model ready')[0] as PerformanceEntry).startTime;
    const [first, last] = [decisions[0] as number, decisions.at(-1) as number];
    return { ready, decision: first - ready, rate: (1000 * (decisions.length - 1)) / (last - first) };
  });
}

function renderTimes({ ready, decision, rate }: Times): string {
  const [processor] = cpus();
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  return [
    `from opening the page to a model that is ready: ${seconds(ready)}; from there to the first decision about the camera: ${seconds(decision)}; then ${rate.toFixed(1)} frames a second`,
    `(${processor?.model}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}; the server is this machine, nothing is cached)`,
  ].join('\n');
}

function renderSizes(paths: readonly string[]): string {
  const files = readdirSync(built, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(built, name)).isFile());
  const wanted = files.filter((name) => paths.includes(`/${name}`) || (name === 'index.html' && paths.includes('/')));
  const sums = new Map(parts.map(([name]) => [name, { bytes: 0, gzip: 0 }]));
  for (const name of wanted) {
    const [part] = parts.find(([, pattern]) => pattern.test(`/${name}`)) as (typeof parts)[number];
    const content = readFileSync(join(built, name));
    const sum = sums.get(part) as { bytes: number; gzip: number };
    sum.bytes += content.length;
    sum.gzip += gzipSync(content).length;
  }
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(2);
  const rows = [...sums].map(([name, { bytes, gzip }]) => `| ${name} | ${megabytes(bytes)} | ${megabytes(gzip)} |`);
  const [bytes, gzip] = (['bytes', 'gzip'] as const).map((key) => [...sums.values()].reduce((total, sum) => total + sum[key], 0)) as [number, number];
  return ['| what the page loads | MB | gzip |', '|---|---|---|', ...rows, `| together | ${megabytes(bytes)} | ${megabytes(gzip)} |`].join('\n');
}

async function draw(page: Page): Promise<void> {
  const picture = join(root, 'docs', 'pictures', 'web.png');
  mkdirSync(join(root, 'docs', 'pictures'), { recursive: true });
  await sharp(await page.screenshot())
    .resize({ width: 900 })
    .png({ palette: true, colors: 96, effort: 10 })
    .toFile(picture);
  console.log(`${picture}: ${Math.round(statSync(picture).size / 1000)} kB`);
}
