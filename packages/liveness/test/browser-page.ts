import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import { openChromium } from '../../../vitest.chromium.ts';

/** What the package's entry becomes for a browser, and the files that it is made of. */
export async function browserBundle(): Promise<{ readonly code: string; readonly files: readonly string[] }> {
  const { outputFiles, metafile } = await build({
    entryPoints: [fileURLToPath(new URL('../src/index.ts', import.meta.url))],
    bundle: true,
    platform: 'browser',
    format: 'esm',
    conditions: ['@gradalign/source'],
    external: ['onnxruntime-web/wasm'],
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  return { code: outputFiles[0]?.text as string, files: Object.keys(metafile.inputs) };
}

/** A page in Debian's Chromium that can import '/liveness.js', and fetch `files` by name. Requests elsewhere are noted in `elsewhere`. */
export async function openBrowserPage(files: Readonly<Record<string, Uint8Array | string>>) {
  const runtime = dirname(createRequire(import.meta.url).resolve('onnxruntime-web/wasm'));
  const html = '<!doctype html><script type="importmap">{"imports":{"onnxruntime-web/wasm":"/ort/ort.wasm.bundle.min.mjs"}}</script>';
  const known: Record<string, Uint8Array | string> = { ...files, '': html, 'liveness.js': (await browserBundle()).code };
  const server = createServer(({ url = '/' }, response) => {
    const name = url.slice(1);
    const path = join(runtime, name.slice(4));
    const body = known[name] ?? (/^ort\/[\w.-]+$/.test(name) && existsSync(path) ? readFileSync(path) : undefined);
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': typeOf(name) }).end(body);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser = await openChromium();
  const elsewhere: string[] = [];
  const open = async (): Promise<Page> => {
    const page = await browser.newPage();
    page.on('request', (request) => void (/^(data|blob):/.test(request.url()) || request.url().startsWith(origin) || elsewhere.push(request.url())));
    await page.goto(origin);
    return page;
  };
  const close = async () => {
    await browser.close();
    await new Promise((resolve) => server.close(resolve));
  };
  return { open, elsewhere, close };
}

function typeOf(name: string): string {
  return name === '' ? 'text/html' : /\.m?js$/.test(name) ? 'text/javascript' : name.endsWith('.wasm') ? 'application/wasm' : 'application/octet-stream';
}
