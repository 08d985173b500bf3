import { readFileSync, statSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { rootCertificates } from 'node:tls';

export interface HttpOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** File with additional certificate authorities. */
  readonly cert?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

const timeout = 60_000; // ms without a byte
const maxRedirects = 10;

/** Sends a GET request and follows redirects. User and password in the URL are sent to that host only. */
export async function httpGet(address: string, options: HttpOptions = {}): Promise<http.IncomingMessage & { finalUrl: string }> {
  let url = new URL(address);
  for (let redirects = 0; redirects <= maxRedirects; redirects++) {
    const response = await request(url, options);
    const { location } = response.headers;
    const status = response.statusCode ?? 0;
    if (status < 300 || status >= 400 || location === undefined) return Object.assign(response, { finalUrl: url.href });
    response.resume();
    url = new URL(location, url);
  }
  throw new Error(`more than ${maxRedirects} redirects`);
}

export async function readText(response: http.IncomingMessage): Promise<string> {
  response.setEncoding('utf8');
  let text = '';
  for await (const part of response) text += part as string;
  return text;
}

/** An address without user and password, for messages. */
export function publicAddress(address: string): string {
  try {
    const url = new URL(address);
    url.username = '';
    url.password = '';
    return url.href;
  } catch {
    return address;
  }
}

function request(url: URL, { headers = {}, cert, signal }: HttpOptions): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const secret = url.username === '' ? undefined : Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString('base64');
    const sent = { 'user-agent': 'gradalign', ...headers, ...(secret !== undefined && { authorization: `Basic ${secret}` }) };
    const common = { headers: sent, timeout, ...(signal !== undefined && { signal }) };
    const sending = url.protocol === 'http:' ? http.get(url, common, resolve) : https.get(url, { ...common, ...authorities(cert) }, resolve);
    sending.on('timeout', () => sending.destroy(new Error(`no answer within ${timeout / 1000} s`)));
    sending.on('error', reject);
  });
}

/** pip also accepts a folder; Node does not. */
function authorities(cert: string | undefined): { ca?: string[] } {
  const isFile = cert !== undefined && statSync(cert, { throwIfNoEntry: false })?.isFile();
  return isFile ? { ca: [...rootCertificates, readFileSync(cert, 'utf8')] } : {};
}
