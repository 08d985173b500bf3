import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, openChromium } from '../../../vitest.chromium.ts';
import { readRun, readStudyFolder, runReport, studyReport, subjectsReport } from '../src/index.ts';
import { page } from '../src/page/page.ts';
import { drawHeatMap } from '../src/pictures/heat-maps.ts';
import type { WrongSample } from '../src/pictures/worst-errors.ts';
import { worstErrorsSection } from '../src/sections/worst-errors.ts';
import { html } from '../src/text/html.ts';
import { openPage } from './chromium.ts';
import { writeRun } from './miniature-run.ts';

const hostile = ['<script>alert(1)</script>', '"onload="alert(2)', '\u001b[31mred\u001b[0m', "x'><img src=x onerror=alert(3)>"];

/** Two errors: one with a heat map, one in which nothing spoke for the decision. */
async function errorsWithHeat() {
  const error = (id: string, bonaFide: boolean): WrongSample => ({ id, domain: 'doorbell', bonaFide, species: bonaFide ? '' : 'print', score: 0.7 });
  const [attack, person] = [error('a/1.jpg', false), error('b/2.jpg', true)];
  const heatMap = (map: number[]) =>
    drawHeatMap({ pixels: new Uint8Array(8 * 8 * 3).fill(99), size: 8, channels: 3, map: Float32Array.from(map), height: 2, width: 2 });
  const maps = new Map([
    [attack, await heatMap([0, 1, 0.5, 0])],
    [person, await heatMap([0, 0, 0, 0])],
  ]);
  const pictures = { find: (sample: WrongSample) => maps.get(sample)?.url, sources: [] };
  const seen = { pictures, heat: { find: (sample: WrongSample) => maps.get(sample) } };
  return worstErrorsSection({ acceptedAttacks: [attack], refusedPeople: [person] }, seen, { value: 0.5, name: 'deployable' });
}

describe.skipIf(!hasChromium())('a report in Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gradalign-report-'));
  const pages: Record<string, string> = {};
  let browser: Browser;

  beforeAll(async () => {
    browser = await openChromium();
    const study = join(folder, 'study');
    for (const method of ['erm', 'gac'])
      for (const seed of [0, 1])
        writeRun(join(study, `${method}-doorbell-seed${seed}-abcdef`), {
          method,
          seed,
          oracle: true,
          decisions: { strict: 0.7, door: 0.5 },
          finished: method === 'erm' || seed === 0,
          hter: 0.2 + seed / 50,
        });
    const nasty = join(folder, 'nasty');
    writeRun(nasty, { target: hostile[1] as string, species: hostile, decisions: { [hostile[3] as string]: 0.5 } });
    const run = join(study, 'erm-doorbell-seed0-abcdef');
    const reports = {
      run: await runReport(await readRun(run), {}),
      study: studyReport(await readStudyFolder(study)),
      several: subjectsReport([await readRun(run), await readRun(nasty, { name: hostile[0] as string })], {}),
      nasty: await runReport(await readRun(nasty, { name: hostile.join(' ') }), {}),
      errors: { html: page({ title: 'errors', subtitle: '', lead: html`` }, [{ id: 'errors', title: 'Worst errors', body: await errorsWithHeat() }]) },
      interrupted: await runReport(await readRun(join(study, 'gac-doorbell-seed1-abcdef')), {}),
    };
    mkdirSync(join(folder, 'pages'));
    for (const [name, { html }] of Object.entries(reports)) {
      pages[name] = join(folder, 'pages', `${name}.html`);
      writeFileSync(pages[name], html);
    }
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const looks = [
    { width: 1280, scheme: 'light' },
    { width: 1280, scheme: 'dark' },
    { width: 390, scheme: 'light' },
    { width: 390, scheme: 'dark' },
  ] as const;

  it.each(['run', 'study', 'several', 'nasty', 'errors', 'interrupted'])(
    '%s at 1280 and 390 pixels, light and dark: no complaint, no request but itself, nothing cut off, no axe violation',
    async (name) => {
      const file = pages[name] as string;
      expect(await openPage(browser, file, looks)).toEqual({
        requests: [pathToFileURL(file).href],
        complaints: [],
        seen: looks.map((look) => ({ ...look, overflow: 0, cut: [], violations: [] })),
      });
    },
  );

  it('saves the numbers of a plot when its link is clicked', async () => {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(pages['run'] as string).href);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#plot-roc a[download]')]);
    expect(download.suggestedFilename()).toBe('roc.csv');
    const stream = await download.createReadStream();
    let text = '';
    for await (const part of stream) text += String(part);
    expect(text.split('\n')[0]).toBe('series,threshold,fpr,tpr');
    await page.close();
  });

  it('is light on paper though the screen is dark', async () => {
    const page = await browser.newPage({ colorScheme: 'dark' });
    await page.goto(pathToFileURL(pages['run'] as string).href);
    const color = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await color()).toBe('rgb(16, 20, 27)');
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await color()).toBe('rgb(255, 255, 255)');
    await page.close();
  });
});
