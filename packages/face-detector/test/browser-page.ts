import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { openChromium } from '../../../vitest.chromium.ts';
import { browserFiles } from '../src/browser-files.ts';

/** What the browser's entry becomes, and the files that it is made of. */
export async function browserBundle(): Promise<{ readonly code: string; readonly files: readonly string[] }> {
  const { outputFiles, metafile } = await build({
    entryPoints: [fileURLToPath(new URL('../src/browser.ts', import.meta.url))],
    bundle: true,
    platform: 'browser',
    format: 'esm',
    conditions: ['@gradalign/source'],
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  return { code: outputFiles[0]?.text as string, files: Object.keys(metafile.inputs) };
}

/** Module worker: loads the detector with the first message, then answers pictures. Functions of the test cannot be told to it, so its script stands here. */
const worker = `
import { loadBrowserFaceDetector } from './detector.js';
let loading;
onmessage = async ({ data }) => {
  try {
    loading ??= loadBrowserFaceDetector(data.options);
    const detector = await loading;
    postMessage(data.picture ? await detector.detect(data.picture) : 'ready');
  } catch (error) {
    postMessage({ name: error.name, message: error.message });
  }
};`;

/**
 * A page of Chromium that may load nothing but from its own origin and run nothing but files, with the detector at '/detector.js', its files under
 * '/detector/', and a worker with it at '/worker.js'. `files` come in addition, or instead.
 */
export async function openDetectorPage(files: Readonly<Record<string, Uint8Array | string | undefined>>) {
  const known: Record<string, Uint8Array | string | undefined> = {
    '': '<!doctype html><title>detector</title>',
    'detector.js': (await browserBundle()).code,
    'worker.js': worker,
    ...Object.fromEntries(browserFiles().map(({ name, path }) => [`detector/${name}`, readFileSync(path)])),
    ...files,
  };
  const asked: string[] = [];
  const server = createServer(({ url = '/' }, response) => {
    const body = known[url.slice(1)];
    const type = url === '/' ? 'text/html' : url.endsWith('.js') ? 'text/javascript' : url.endsWith('.wasm') ? 'application/wasm' : 'application/octet-stream';
    asked.push(url.slice(1));
    response
      .writeHead(body === undefined ? 404 : 200, {
        'content-type': type,
        'content-security-policy': "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
      })
      .end(body);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const browser = await openChromium();
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const close = async () => {
    await browser.close();
    await new Promise((resolve) => server.close(resolve));
  };
  return { page, asked, close };
}
