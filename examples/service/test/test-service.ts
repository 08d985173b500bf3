import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'vitest';
import { readSettings } from '../src/settings.ts';
import { type Service, startService } from '../src/start-service.ts';

/** Variables that make a service of the small model quick and lenient: its pictures are of one gray level. */
export const lenient = {
  GRADALIGN__PORT: '0',
  GRADALIGN__PROCESSES: '1',
  GRADALIGN__LOG: 'silent',
  GRADALIGN__REFUSE__SHARPNESS: '0',
  GRADALIGN__REFUSE__BRIGHTNESS: '0',
};

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface TestService extends AsyncDisposable, Service {
  readonly url: string;
  check(bytes: Uint8Array | FormData | ReadableStream, type?: string): Promise<Answer>;
}

/** A service in this process, on a free port of the loopback interface; judging runs in processes as always. */
export async function testService(model: string, variables: Readonly<Record<string, string>> = {}): Promise<TestService> {
  const service = await startService(readSettings(undefined, { ...lenient, GRADALIGN__MODEL: model, ...variables }), (message) => {
    throw new Error(message);
  });
  const url = `http://127.0.0.1:${service.address.port}`;
  return { ...service, url, check: (bytes, type) => check(url, bytes, type), [Symbol.asyncDispose]: () => service.stop() };
}

/** Posts to /check. */
export async function check(url: string, bytes: Uint8Array | FormData | ReadableStream, type?: string): Promise<Answer> {
  const response = await fetch(`${url}/check`, {
    method: 'POST',
    body: bytes as Uint8Array<ArrayBuffer>,
    ...(type === undefined ? {} : { headers: { 'content-type': type } }),
    ...(bytes instanceof ReadableStream ? { duplex: 'half' } : {}),
  } as RequestInit);
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
}

/** Status and detail of an answer that is a problem. */
export function problem({ status, headers, body }: Answer): readonly [number, unknown] {
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(body).toMatchObject({ type: expect.stringMatching(/^urn:gradalign:problem:/), title: expect.any(String), status });
  return [status, body['detail']];
}

/** Waits until something is so. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await wait(50);
}

/** A value of /metrics. */
export async function metric(url: string, name: string): Promise<number> {
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(await (await fetch(`${url}/metrics`)).text())?.[1]);
}
