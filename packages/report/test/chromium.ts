import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';

/** How a page is looked at. */
export interface Look {
  /** Of the screen, in pixels. */
  readonly width: number;
  readonly scheme: 'light' | 'dark';
}

/** What a page showed in one look. */
export interface Seen extends Look {
  /** How much wider the page is than the screen, in pixels. */
  readonly overflow: number;
  /** Elements that stick out of the screen without a box to scroll in. */
  readonly cut: readonly string[];
  readonly violations: readonly string[];
}

/** What a page did when it was opened. */
export interface Opened {
  readonly requests: readonly string[];
  readonly complaints: readonly string[];
  readonly seen: readonly Seen[];
}

/** Opens a file and looks, in each way, at everything that a reader could stumble over. */
export async function openPage(browser: Browser, file: string, looks: readonly Look[]): Promise<Opened> {
  const page = await browser.newPage();
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
    await page.evaluate(axe.source);
    const seen: Seen[] = [];
    for (const look of looks) seen.push({ ...look, ...(await lookAt(page, look)) });
    return { requests: requests.filter((url) => !url.startsWith('data:')), complaints, seen };
  } finally {
    await page.close();
  }
}

async function lookAt(page: Page, { width, scheme }: Look): Promise<Omit<Seen, keyof Look>> {
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme: scheme });
  const layout = (await page.evaluate(`(() => {
    const width = document.documentElement.clientWidth;
    const scrolls = (element) => { for (let up = element.parentElement; up; up = up.parentElement) if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(up).overflowX)) return true; return false; };
    const sticks = (element) => { const box = element.getBoundingClientRect(); return box.width > 0 && (box.right > width + 1 || box.left < -1) && !element.matches('.skip, .visually-hidden') && !scrolls(element); };
    return { overflow: document.documentElement.scrollWidth - width, cut: [...document.body.querySelectorAll('*')].filter(sticks).map((element) => element.outerHTML.slice(0, 120)) };
  })()`)) as Pick<Seen, 'overflow' | 'cut'>;
  const violations = (await page.evaluate(
    "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 160)).join(' | ')))",
  )) as string[];
  return { ...layout, violations };
}
