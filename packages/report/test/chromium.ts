import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { type Browser, chromium } from 'playwright-core';

const executablePath = '/usr/bin/chromium';

/** Whether there is a browser to open pages with; in CI there always is. */
export function hasChromium(): boolean {
  const there = existsSync(executablePath);
  if (!there && process.env['CI']) throw new Error(`Cannot open reports: ${executablePath} is not there, expected Debian's chromium`);
  if (!there) console.warn(`skipped: ${executablePath} is not there (apt-get install chromium)`);
  return there;
}

/** Debian's Chromium. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

/** What a page did when it was opened. */
export interface Opened {
  readonly requests: readonly string[];
  readonly complaints: readonly string[];
  /** How much wider the page is than the screen, in pixels. */
  readonly overflow: number;
  /** Elements that stick out of the screen without a box to scroll in. */
  readonly cut: readonly string[];
  readonly violations: readonly string[];
}

/** Opens a file and looks at everything that a reader could stumble over. */
export async function openPage(
  browser: Browser,
  file: string,
  { width, scheme }: { readonly width: number; readonly scheme: 'light' | 'dark' },
): Promise<Opened> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme });
  try {
    const [requests, complaints]: [string[], string[]] = [[], []];
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(pathToFileURL(file).href);
    const layout = (await page.evaluate(`(() => {
      const width = document.documentElement.clientWidth;
      const scrolls = (element) => { for (let up = element.parentElement; up; up = up.parentElement) if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(up).overflowX)) return true; return false; };
      const sticks = (element) => { const box = element.getBoundingClientRect(); return box.width > 0 && (box.right > width + 1 || box.left < -1) && !element.matches('.skip, .visually-hidden') && !scrolls(element); };
      return { overflow: document.documentElement.scrollWidth - width, cut: [...document.body.querySelectorAll('*')].filter(sticks).map((element) => element.outerHTML.slice(0, 120)) };
    })()`)) as Pick<Opened, 'overflow' | 'cut'>;
    const own = requests.filter((url) => !url.startsWith('data:'));
    await page.evaluate(axe.source);
    const found = (await page.evaluate(
      "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 160)).join(' | ')))",
    )) as string[];
    return { requests: own, complaints, ...layout, violations: found };
  } finally {
    await page.close();
  }
}
