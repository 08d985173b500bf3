import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PinnedWheel } from '../installed/engine-lock.ts';
import { httpGet, publicAddress, readText } from './http-get.ts';
import type { PipSettings } from './pip-settings.ts';

/** Where a wheel was found. */
export type WheelSource = { readonly file: string } | { readonly url: string };

/**
 * Looks for a file in the folders and on the pages of `find-links`, then on the indexes in pip's settings (the simple
 * repository API, PEP 503 and PEP 691).
 *
 * @throws Error with each place's answer.
 */
export async function findOnIndex(wheel: PinnedWheel, settings: PipSettings, signal?: AbortSignal): Promise<WheelSource> {
  const answers: string[] = [];
  for (const place of settings.findLinks) {
    const file = join(place.startsWith('file:') ? fileURLToPath(place) : place, wheel.file);
    if (existsSync(file)) return { file };
  }
  const pages = settings.findLinks.filter((place) => /^https?:/.test(place));
  const indexes = settings.indexUrls.map((index) => `${index.replace(/\/*$/, '/')}${normalized(wheel.project)}/`);
  for (const page of [...pages, ...indexes]) {
    const found = await findOnPage(page, wheel.file, settings.cert, signal).catch((error: unknown) => {
      if (signal?.aborted) throw error;
      return { answer: (error as Error).message };
    });
    if ('url' in found) return found;
    answers.push(`${publicAddress(page)}: ${found.answer}`);
  }
  throw new Error(answers.join('; '));
}

async function findOnPage(
  page: string,
  file: string,
  cert: string | undefined,
  signal: AbortSignal | undefined,
): Promise<{ url: string } | { answer: string }> {
  const accept = 'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1';
  const response = await httpGet(page, { headers: { accept }, cert, signal });
  const body = await readText(response);
  if (response.statusCode !== 200) return { answer: `status ${response.statusCode}` };
  const links = /json/.test(response.headers['content-type'] ?? '') ? linksOfJson(body) : linksOfHtml(body);
  const link = links.get(file);
  return link === undefined
    ? { answer: `${file} is not among its ${links.size} files` }
    : { url: withCredentials(new URL(link, response.finalUrl), new URL(page)) };
}

/** Links by file name. */
function linksOfJson(body: string): Map<string, string> {
  const { files } = JSON.parse(body) as { files: { filename: string; url: string }[] };
  return new Map(files.map(({ filename, url }) => [filename, url]));
}

/** Links by file name, the last part of the link. */
export function linksOfHtml(body: string): Map<string, string> {
  const links = new Map<string, string>();
  for (const [, , link] of body.matchAll(/<a\s[^>]*?href\s*=\s*(["'])(.*?)\1/gis)) {
    const address = (link ?? '').replaceAll('&amp;', '&').replace(/#.*$/s, '');
    const name = decodeURIComponent(address.replace(/\?.*$/s, '').split('/').pop() ?? '');
    if (name !== '') links.set(name, address);
  }
  return links;
}

/** PEP 503: `Foo._bar` is served as `foo-bar`. */
function normalized(project: string): string {
  return project.toLowerCase().replace(/[-_.]+/g, '-');
}

/** The index's user and password are also valid for files on the same host. */
function withCredentials(url: URL, page: URL): string {
  if (url.host === page.host && url.username === '') {
    url.username = page.username;
    url.password = page.password;
  }
  return url.href;
}
