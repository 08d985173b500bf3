import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, openChromium } from '../../../vitest.chromium.ts';
import { buildPage, type Served, servePage } from './served-page.ts';
import { gradalign, type SmallRun, trainSmallRun } from './small-run.ts';

// A run that is kept between calls spares the minute of its training: `GRADALIGN_WEB_RUN=<folder>`.
const kept = process.env['GRADALIGN_WEB_RUN'];
const folder = mkdtempSync(join(tmpdir(), 'gradalign-web-'));
const built = join(folder, 'page');

let run: SmallRun;
/** What gradalign predict says about each clip. */
let predicted: Readonly<Record<keyof SmallRun['clips'], { readonly decision: string; readonly logit: number }>>;
let served: Served;
let browser: Browser;
const opened: Browser[] = [];
/** Every request that a page made, and what a page complained about. */
const requests: string[] = [];
const complaints: string[] = [];

async function launch(...args: readonly string[]): Promise<Browser> {
  const launched = await openChromium(args);
  opened.push(launched);
  return launched;
}

/** A page whose requests are noted, and that has loaded its model or said why not. */
async function openPage(context: BrowserContext | Browser, address = served.address): Promise<Page> {
  const page = await context.newPage();
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(address);
  await page.waitForFunction(
    () => performance.getEntriesByName('model ready').length > 0 || document.querySelector('#problem:not([hidden])') !== null,
    undefined,
    {
      timeout: 120_000,
    },
  );
  return page;
}

const text = async (page: Page, id: string) => (await page.textContent(`#${id}`)) as string;

/** Waits until a text of the page matches. */
async function until(page: Page, id: string, pattern: RegExp): Promise<string> {
  await page.waitForFunction(
    ([name, source]) => new RegExp(source as string, 'i').test(document.getElementById(name as string)?.textContent ?? ''),
    [id, pattern.source],
    {
      timeout: 120_000,
    },
  );
  return text(page, id);
}

/** The first frame of a clip as a PNG. */
function firstFrame(clip: string): Buffer {
  const { stdout } = spawnSync('ffmpeg', ['-v', 'error', '-i', clip, '-frames:v', '1', '-f', 'image2pipe', '-c:v', 'png', '-'], { maxBuffer: 2 ** 24 });
  return stdout;
}

/** Of several people, in the detector's own package. */
const photograph = join(
  dirname(createRequire(import.meta.resolve('@gradalign/face-detector')).resolve('@vladmandic/face-api/package.json')),
  'demo/sample4.jpg',
);

/** Decisions of gradalign predict, as the page has them. */
const titles: Readonly<Record<string, string>> = { live: 'Bona fide', attack: 'Presentation attack' };

describe.skipIf(!hasChromium())('the page in Chromium', () => {
  beforeAll(async () => {
    run = await trainSmallRun(kept ?? join(folder, 'run'));
    buildPage(built);
    gradalign(folder, 'export', run.run, '-o', join(built, 'model.onnx'));
    const kinds = ['live', 'print', 'replay'] as const;
    const { predictions } = JSON.parse(gradalign(folder, 'predict', run.run, ...kinds.map((kind) => run.clips[kind]), '--json')) as {
      predictions: { decision: string; logit: number }[];
    };
    predicted = Object.fromEntries(kinds.map((kind, i) => [kind, predictions[i]])) as typeof predicted;
    served = await servePage({ built });
    browser = await launch();
  }, 1_800_000);
  afterAll(async () => {
    for (const one of opened) await one.close();
    await served?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(['live', 'replay'] as const)(
    'a camera that sees a clip (%s) leads to the decision of gradalign predict, frame by frame, with frames a second',
    async (kind) => {
      const clip = run.clips[kind];
      const y4m = join(folder, `${kind}.y4m`);
      spawnSync('ffmpeg', ['-y', '-v', 'error', '-i', clip, '-pix_fmt', 'yuv420p', y4m]);
      const withCamera = await launch('--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${y4m}`);
      const page = await openPage(withCamera);
      await page.click('#camera');
      await until(page, 'frames', /^([3-9]|\d\d) of/);
      expect(await text(page, 'decision')).toBe(titles[predicted[kind].decision]);
      expect(Number((await text(page, 'score')).replace('−', '-'))).toBeCloseTo(predicted[kind].logit, 0);
      expect(Number(await text(page, 'rate'))).toBeGreaterThan(0);
      expect(await page.locator('#plot circle').count()).toBeGreaterThanOrEqual(3);
      await page.click('#stop');
      expect(await until(page, 'input-note', /is off/)).toBe('The camera is off.');
      expect(await page.evaluate(() => (document.querySelector('video') as HTMLVideoElement).srcObject)).toBeNull();
      await withCamera.close();
    },
  );

  it('a file of each clip leads to the decision of gradalign predict, in two pages at once', async () => {
    const check = async (page: Page, kind: keyof SmallRun['clips']) => {
      await page.setInputFiles('#file', run.clips[kind]);
      await until(page, 'input-note', /ten frames, spread evenly/);
      return [await text(page, 'decision'), Number((await text(page, 'score')).replace('−', '-'))];
    };
    const [one, two] = await Promise.all([openPage(browser), openPage(browser)]);
    const [live, print] = await Promise.all([check(one, 'live'), check(two, 'print')]);
    const found = { live, print, replay: await check(one, 'replay') };
    for (const kind of ['live', 'print', 'replay'] as const) {
      const { decision, logit } = predicted[kind];
      expect([kind, ...found[kind]]).toEqual([kind, titles[decision], expect.closeTo(logit, 0)]);
    }
    await Promise.all([one.close(), two.close()]);
  });

  it('refuses pictures with a reason and the measure, and goes on', async () => {
    const page = await openPage(browser);
    const face = firstFrame(run.clips.live);
    // The face is some 230 pixels wide, from row 160 to 400 of 480.
    const pictures: Readonly<Record<string, readonly [Buffer, RegExp, RegExp]>> = {
      'gray.png': [
        await sharp({ create: { width: 320, height: 240, channels: 3, background: '#808080' } })
          .png()
          .toBuffer(),
        /^It has no face that can be cropped \(the detector finds none\)\.$/,
        /^Faces\s+0\s+1\s+refused$/,
      ],
      'two.png': [
        await sharp({ create: { width: 1280, height: 480, channels: 3, background: '#777777' } })
          .composite([
            { input: face, left: 0, top: 0 },
            { input: face, left: 640, top: 0 },
          ])
          .png()
          .toBuffer(),
        /^There are 2 faces, expected one\.$/,
        /^Faces\s+2\s+1\s+refused$/,
      ],
      'small.png': [
        await sharp(face).resize(160, 120).extend({ top: 180, bottom: 180, left: 240, right: 240, background: '#777777' }).png().toBuffer(),
        /^The face is too small: \d\d pixels on its shorter side, expected at least 72\.$/,
        /^Shorter side of the face, pixels\s+\d\d\s+at least 72\s+refused$/,
      ],
      'cut off.png': [
        await sharp(face).extract({ left: 0, top: 0, width: 640, height: 310 }).png().toBuffer(),
        /^The face is cut off: \d\d % of it lies outside the picture, expected at most 10 %\.$/,
        /^Face beyond the border\s+[\d.]+ %\s+at most 10 %\s+refused$/,
      ],
      'dark.png': [
        await sharp(face).linear(0.2, 0).png().toBuffer(),
        /^The face is too dark: mean brightness \d\d of 255, expected at least 38\.$/,
        /^Brightness, 0 to 255\s+\d\d\s+at least 38\s+refused$/,
      ],
      // Of a drawn face the detector finds none any more where it is this blurred; of one in a photograph it does.
      'blurred.png': [
        await sharp(photograph).extract({ left: 571, top: 0, width: 373, height: 515 }).resize(480).blur(3.2).png().toBuffer(),
        /^The face is blurred: sharpness [\d.]+, expected at least 30\.$/,
        /^Sharpness\s+[\d.]+\s+at least 30(\.0)?\s+refused$/,
      ],
    };
    for (const [name, [buffer, reason, measure]] of Object.entries(pictures)) {
      await page.setInputFiles('#file', { name, mimeType: 'image/png', buffer });
      await until(page, 'reason', reason);
      expect([await text(page, 'decision'), await text(page, 'score')]).toEqual(['Not judged', '–']);
      expect(await page.locator('#measures tr.missed').innerText()).toMatch(measure);
    }
    await page.setInputFiles('#file', { name: 'cut.png', mimeType: 'image/png', buffer: face.subarray(0, 5000) });
    await until(page, 'input-note', /Cannot check the picture/);
    await page.setInputFiles('#file', { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('notes') });
    await until(page, 'input-note', /^notes.txt is neither a picture nor a video\.$/);
    await page.setInputFiles('#file', { name: 'cut.mp4', mimeType: 'video/mp4', buffer: readFileSync(run.clips.live).subarray(0, 900) });
    await until(page, 'input-note', /^The browser cannot play cut\.mp4/);
    await page.setInputFiles('#file', { name: 'face.png', mimeType: 'image/png', buffer: face });
    expect(await until(page, 'decision', /bona fide|attack/)).toBe('Bona fide');
    await page.close();
  });

  it('the slider tells what share of attacks and of people pass, by keyboard too, and moves the decision', async () => {
    const page = await openPage(browser);
    await page.setInputFiles('#file', { name: 'face.png', mimeType: 'image/png', buffer: firstFrame(run.clips.live) });
    await until(page, 'decision', /Bona fide/);
    const own = await text(page, 'threshold-value');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the check');
    await page.focus('#threshold');
    await page.keyboard.press('End');
    expect([await text(page, 'attacks-pass'), await text(page, 'people-pass')]).toEqual(['0 %', '0 %']);
    expect(await text(page, 'decision')).toBe('Presentation attack');
    await page.keyboard.press('Home');
    expect([await text(page, 'attacks-pass'), await text(page, 'people-pass')]).toEqual(['100 %', '100 %']);
    expect(await page.getAttribute('#threshold', 'aria-valuetext')).toMatch(/, 100 % of attacks and 100 % of people pass$/);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect([await text(page, 'threshold-value'), await text(page, 'decision')]).toEqual([own, 'Bona fide']);
    const chooser = page.waitForEvent('filechooser');
    await page.focus('#open');
    await page.keyboard.press('Enter');
    await chooser;
    // Of single pictures and of videos the held-out scores differ, and the page says of which the shares are.
    expect(await text(page, 'threshold-note')).toMatch(
      /threshold for pictures: .* frames\)\. Shares of single pictures, measured on the held-out source share\.$/,
    );
    await page.setInputFiles('#file', run.clips.live);
    await until(page, 'input-note', /ten frames, spread evenly/);
    expect(await text(page, 'threshold-note')).toMatch(/threshold for videos: .* videos\)\. Shares of videos, measured on the held-out source share\.$/);
    await page.close();
  });

  it('has no violations that axe-core finds, light and dark, at 1280 and 390 pixels, and nothing is wider than the page', async () => {
    const page = await openPage(browser);
    await page.setInputFiles('#file', { name: 'face.png', mimeType: 'image/png', buffer: firstFrame(run.clips.replay) });
    await until(page, 'decision', /bona fide|attack/);
    await page.evaluate(axe.source);
    for (const colorScheme of ['light', 'dark'] as const)
      for (const width of [1280, 390]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        const violations = await page.evaluate(async () => {
          const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
          return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
        });
        expect([colorScheme, width, violations]).toEqual([colorScheme, width, []]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      }
    await page.close();
  });

  it('says in words that there is no camera, no permission, or that the camera was taken away', async () => {
    const none = await openPage(browser);
    await none.click('#camera');
    expect(await until(none, 'input-note', /no camera/)).toBe('There is no camera. Connect one, or open a picture or a video.');
    await none.close();
    const withCamera = await launch('--use-fake-device-for-media-stream');
    const context = await withCamera.newContext();
    const page = await openPage(context);
    await page.click('#camera');
    expect(await until(page, 'input-note', /permission/)).toMatch(/^The browser has no permission to use the camera\. Allow it/);
    await context.grantPermissions(['camera']);
    await page.click('#camera');
    await until(page, 'frames', /of [1-9]/);
    // Stopped from the outside: the page sees a track that ended.
    await page.evaluate(() => {
      const [track] = ((document.querySelector('video') as HTMLVideoElement).srcObject as MediaStream).getTracks() as [MediaStreamTrack];
      track.stop();
      track.dispatchEvent(new Event('ended'));
    });
    expect(await until(page, 'input-note', /stopped/)).toMatch(/^The camera stopped: it was unplugged, or the permission was withdrawn\./);
    await page.click('#camera');
    // What was judged before stays until then.
    await until(page, 'input-note', /camera is on/);
    await until(page, 'frames', /of [1-9]/);
    // No more frames come, and nobody says why.
    await page.evaluate(() => (document.querySelector('video') as HTMLVideoElement).pause());
    expect(await until(page, 'input-note', /no frame/)).toMatch(/^The camera has sent no frame for 5 seconds\./);
    expect(await page.isEnabled('#camera')).toBe(true);
    await withCamera.close();
  });

  it('says what is wrong with a model that is missing, damaged or newer, with a detector that is missing, and without SIMD', async () => {
    const model = readFileSync(join(built, 'model.onnx'));
    const golden = readFileSync(join(built, 'model.golden.json'));
    const page = await browser.newPage();
    const problem = async () => {
      await page.goto(served.address);
      return until(page, 'problem', /./);
    };
    rmSync(join(built, 'model.onnx'));
    expect(await problem()).toMatch(/^Cannot load the model: there is no http.*model\.onnx, expected one beside the page \(gradalign export/);
    writeFileSync(join(built, 'model.onnx'), model.subarray(0, model.length / 2));
    expect(await problem()).toMatch(/^Cannot read the ONNX file: it is damaged or cut off/);
    const newer = Buffer.from(model);
    newer.write('"format":2', newer.indexOf('"format":1'));
    writeFileSync(join(built, 'model.onnx'), newer);
    expect(await problem()).toContain('it has format 2, expected at most 1: a newer version of this package reads it');
    writeFileSync(join(built, 'model.onnx'), model);
    cpSync(join(built, 'detector', 'ssd_mobilenetv1_model.bin'), join(folder, 'detector.bin'));
    rmSync(join(built, 'detector', 'ssd_mobilenetv1_model.bin'));
    expect(await problem()).toMatch(/^Cannot load the face detector: .*ssd_mobilenetv1_model\.bin is not there/);
    cpSync(join(folder, 'detector.bin'), join(built, 'detector', 'ssd_mobilenetv1_model.bin'));
    // Without the golden picture, or with that of another model, it works and says so.
    rmSync(join(built, 'model.golden.json'));
    await page.goto(served.address);
    expect(await until(page, 'self-test', /did not run/)).toContain('there is no http');
    writeFileSync(join(built, 'model.golden.json'), golden.toString().replace(/"model": ?"../, '"model":"00'));
    await page.goto(served.address);
    expect(await until(page, 'self-test', /did not run/)).toContain('it belongs to another model');
    writeFileSync(join(built, 'model.golden.json'), golden);
    await page.close();
    const old = await launch('--js-flags=--no-enable-sse4-1');
    const without = await openPage(old);
    expect(await text(without, 'problem')).toMatch(/^This browser or processor lacks the SIMD instructions of WebAssembly/);
    await old.close();
  });

  it('npm run dev serves the page, with the same policy', async () => {
    const dev = await servePage('dev');
    const response = await fetch(dev.address);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
    const page = await openPage(browser, dev.address);
    // With a model in public/ or without: either is told.
    expect(`${await text(page, 'problem')}${await text(page, 'self-test')}`).toMatch(/there is no http|self-test (passed|did not run)/);
    await page.close();
    await dev.close();
  });

  it('made no request but to its own files, and nothing broke its policy', () => {
    const elsewhere = requests.filter((url) => !/^(http:\/\/127\.0\.0\.1:\d+\/|blob:http:\/\/127\.0\.0\.1:\d+\/|data:)/.test(url));
    expect(elsewhere).toEqual([]);
    // Those of the workers are among them.
    expect(requests.some((url) => url.endsWith('/detector/ssd_mobilenetv1_model.bin'))).toBe(true);
    expect(requests.some((url) => url.endsWith('.wasm'))).toBe(true);
    expect(complaints.filter((complaint) => /policy|refused/i.test(complaint))).toEqual([]);
  });
});
