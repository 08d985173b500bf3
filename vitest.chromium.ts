import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Debian's. */
export const executablePath = '/usr/bin/chromium';

/** Whether there is a browser to open pages with; in CI there always is. */
export function hasChromium(): boolean {
  const there = existsSync(executablePath);
  if (!there && process.env['CI']) throw new Error(`Cannot open a page: ${executablePath} is not there, expected Debian's chromium`);
  if (!there) console.warn(`skipped: ${executablePath} is not there (apt-get install chromium)`);
  return there;
}

/** @param args Of Chromium, beside those that every test needs. */
export function openChromium(args: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox', ...args] });
}
