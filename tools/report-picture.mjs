// node tools/report-picture.mjs    docs/report.png: the top of the report that `npm start` leaves in runs/quickstart/report.html
import { statSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import sharp from 'sharp';

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  const page = await browser.newPage({ viewport: { width: 1240, height: 2080 }, colorScheme: 'light' });
  await page.goto(pathToFileURL(path('runs/quickstart/report.html')).href);
  const picture = path('docs/report.png');
  await sharp(await page.screenshot())
    .resize({ width: 900 })
    .png({ palette: true, colors: 64, effort: 10 })
    .toFile(picture);
  console.log(`${picture}: ${Math.round(statSync(picture).size / 1000)} kB`);
} finally {
  await browser.close();
}
