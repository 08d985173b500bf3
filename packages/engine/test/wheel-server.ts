import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { PinnedWheel } from '../src/installed/engine-lock.ts';

export interface WheelServer extends AsyncDisposable {
  /** URL of the index. */
  readonly url: string;
  /** `GET /files/a.whl bytes=10-`, in order. */
  readonly requests: string[];
  /** How many more connections to cut in the middle of a file. */
  cuts: number;
  /** Whether it supports ranges. */
  ranges: boolean;
  format: 'json' | 'html';
}

/** A package index on the loopback interface, as PEP 503 and PEP 691 define it. */
export async function wheelServer(folder: string, wheels: readonly PinnedWheel[]): Promise<WheelServer> {
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    state.requests.push([request.method, path, request.headers.range].filter(Boolean).join(' '));
    const wheel = wheels.find(({ file }) => path === `/files/${file}`);
    const page = wheels.find(({ project }) => path === `/simple/${project}/`);
    if (page !== undefined) {
      const json = state.format === 'json';
      response.setHeader('content-type', json ? 'application/vnd.pypi.simple.v1+json' : 'text/html');
      const link = `../../files/${page.file}`;
      response.end(
        json ? JSON.stringify({ files: [{ filename: page.file, url: link }] }) : `<html><a href="${link}#sha256=${page.sha256}" data-x>${page.file}</a></html>`,
      );
    } else if (wheel !== undefined) {
      const start = state.ranges ? rangeStart(request) : 0;
      const content = readFileSync(join(folder, wheel.file)).subarray(start);
      response.writeHead(start > 0 ? 206 : 200, { 'content-length': content.length });
      if (state.cuts > 0) {
        state.cuts--;
        response.write(content.subarray(0, Math.ceil(content.length / 3)), () => setTimeout(() => response.destroy(), 20));
      } else response.end(content);
    } else response.writeHead(404).end('no such page');
  });
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  const state: WheelServer = { url: '', requests: [], cuts: 0, ranges: true, format: 'json', [Symbol.asyncDispose]: close };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(state, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple` });
}

function rangeStart(request: IncomingMessage): number {
  return Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
}
