import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { executablePath, openChromium } from '../../vitest.chromium.ts';
import { median } from '../statistics.ts';
import type { Speed, Work } from './in-node.ts';

/** onnxruntime-web's WebAssembly in a page of Debian's Chromium, on one thread: a page has more only where it is cross-origin isolated. */
export async function onnxruntimeInChromium({ model, shape, batches, repeats }: Work): Promise<Speed> {
  if (!existsSync(executablePath)) return { reason: `${executablePath} is not there` };
  const runtime = dirname(createRequire(import.meta.url).resolve('onnxruntime-web/wasm'));
  const server = createServer(({ url = '/' }, response) => {
    const path = join(runtime, url.slice(1));
    const body = url === '/' ? '<!doctype html>' : url === '/model' ? model : /^\/[\w.-]+$/.test(url) && existsSync(path) ? readFileSync(path) : undefined;
    const type = url === '/' ? 'text/html' : url.endsWith('.wasm') ? 'application/wasm' : url.endsWith('js') ? 'text/javascript' : 'application/octet-stream';
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': type }).end(body);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const browser = await openChromium();
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const speeds = (await page.evaluate(`(async () => {
      const { env, InferenceSession, Tensor } = await import('/ort.wasm.bundle.min.mjs');
      env.wasm.numThreads = 1;
      env.logLevel = 'error';
      const session = await InferenceSession.create(new Uint8Array(await (await fetch('/model')).arrayBuffer()));
      const shape = ${JSON.stringify(shape)};
      const data = new Float32Array(shape.reduce((product, side) => product * side, 1)).fill(127);
      const forward = () => session.run({ image: new Tensor('float32', data, shape) });
      await forward();
      const speeds = [];
      for (let round = 0; round < ${repeats}; round++) {
        const start = performance.now();
        for (let i = 0; i < ${batches}; i++) await forward();
        speeds.push(1000 * ${batches} * shape[0] / (performance.now() - start));
      }
      return speeds;
    })()`)) as number[];
    return { perSecond: median(speeds) };
  } finally {
    await browser.close();
    await new Promise((resolve) => server.close(resolve));
  }
}
