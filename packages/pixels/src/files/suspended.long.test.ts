// Long: a process that freezes for longer than a picture has.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { afterAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'suspended-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('a picture is not given up because its process was suspended for 11 seconds where a picture has 10', async () => {
  const path = join(folder, 'large.webp');
  const side = 8000;
  writeFileSync(
    path,
    await sharp({ create: { width: side, height: side, channels: 3, background: '#c04020' } })
      .webp({ lossless: true, effort: 0 })
      .toBuffer(),
  );
  const module = new URL('decode-image.ts', import.meta.url).href;
  const script = `import { decodeImage } from ${JSON.stringify(module)};
console.log('begun');
const { size } = await decodeImage({ path: ${JSON.stringify(path)} }, { channels: 3, seconds: 10 });
console.log(size.width, size.height);`;
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const child = spawn(process.execPath, ['--conditions=@gradalign/source', '--import', tsx, '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  while (!out.includes('begun')) await wait(5);
  await wait(50);
  child.kill('SIGSTOP');
  await wait(11_000);
  child.kill('SIGCONT');
  expect([await ended, out]).toEqual([0, `begun\n${side} ${side}\n`]);
});
