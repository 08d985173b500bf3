// Long: each start loads the model in processes of its own.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallMetadata, smallModel } from '../../../packages/liveness/test/small-model.ts';
import { haveGone, holdJudges } from '../test/held-judges.ts';
import { gray, grayClip } from '../test/media.ts';
import { serviceProcess } from '../test/service-process.ts';
import { check, metric, until } from '../test/test-service.ts';
import { writeModel } from '../test/write-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign service-'));
let model: string;
beforeAll(async () => {
  model = await writeModel(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a service that cannot start', () => {
  const failed = async (variables: Record<string, string>, args: readonly string[] = []) => {
    const { code, out, err } = await serviceProcess(variables, args).ended;
    expect([out, err]).toEqual(['', expect.not.stringMatching(/ {4}at /)]);
    return [code, err.trim()];
  };

  it('says which setting is wrong, with exit code 2', async () => {
    expect(await failed({ GRADALIGN__MODEL: '' })).toEqual([2, "environment:1:1 'model' is missing, expected it here"]);
    expect(await failed({ GRADALIGN__MODEL: model, GRADALIGN__PROT: '1' })).toEqual([
      2,
      expect.stringMatching(/^GRADALIGN__PROT:1:1 prot: .*did you mean 'port'/),
    ]);
    expect(await failed({ GRADALIGN__MODEL: join(folder, 'none.onnx') })).toEqual([
      2,
      expect.stringMatching(/^Cannot start: there is no .*none.onnx, expected an ONNX file/),
    ]);
    expect(await failed({}, ['--confg', 'a.yaml'])).toEqual([2, expect.stringMatching(/^Cannot read the options: Unknown option '--confg'/)]);
    writeFileSync(join(folder, 'a.yaml'), 'model: model.onnx\nlimits:\n  pixels: many\n');
    expect(await failed({}, ['--config', join(folder, 'a.yaml')])).toEqual([
      2,
      expect.stringMatching(/a.yaml:3:11 limits.pixels: found text "many", expected a whole number/),
    ]);
  });

  it('says why a model is refused, with exit code 1', async () => {
    const bytes = readFileSync(model);
    const golden = readFileSync(join(folder, 'model.golden.json'));
    const write = (name: string, onnx: Uint8Array) => {
      writeFileSync(join(folder, `${name}.onnx`), onnx);
      writeFileSync(join(folder, `${name}.golden.json`), golden);
      return { GRADALIGN__MODEL: join(folder, `${name}.onnx`) };
    };
    expect(await failed(write('cut', bytes.subarray(0, 300)))).toEqual([1, expect.stringMatching(/^Cannot read the ONNX file: it is damaged or cut off/)]);
    const other = Buffer.from(bytes);
    other.write('Sxb', other.indexOf('Sub'));
    expect(await failed(write('damaged', other))).toEqual([1, expect.stringMatching(/^Cannot load the model: the runtime refuses it/)]);
    expect(await failed(write('newer', smallModel({ ...smallMetadata, format: 2 })))).toEqual([
      1,
      expect.stringContaining('it has format 2, expected at most 1'),
    ]);
    expect(await failed(write('other', smallModel(smallMetadata, 16)))).toEqual([
      1,
      expect.stringContaining('its metadata belong to another model (8 x 8 x 3 is refused'),
    ]);
    const strange = await writeModel(folder, { ...smallMetadata, license: 'MIT' }, 'strange');
    writeFileSync(join(folder, 'strange.golden.json'), golden);
    expect(await failed({ GRADALIGN__MODEL: strange })).toEqual([1, expect.stringContaining('the golden picture of the model: it belongs to another model')]);
  });

  it('says that another program has its port', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as { port: number };
    expect(await failed({ GRADALIGN__MODEL: model, GRADALIGN__PORT: String(port) })).toEqual([
      1,
      `Cannot listen on 127.0.0.1:${port}: another program listens there, expected a port that is free`,
    ]);
    taken.close();
  });
});

describe('SIGTERM', () => {
  it('lets requests that are there finish, takes no more, and ends with code 0', async () => {
    const temporary = join(folder, 'tmp');
    mkdirSync(temporary);
    const { child, url, said, ended } = serviceProcess({
      GRADALIGN__MODEL: model,
      // Longer than a test may take: connections that are kept open do not hold it up.
      GRADALIGN__SECONDS__STOP: '3600',
      GRADALIGN__SECONDS__JUDGE: '60',
      TMPDIR: temporary,
    });
    const at = await url;
    const clip = grayClip(168, { seconds: 3 });
    const held = holdJudges(child.pid);
    const answers = [check(at, clip, 'video/mp4'), check(at, clip, 'video/mp4'), check(at, clip, 'video/mp4')];
    await until(async () => (await metric(at, 'gradalign_queue')) >= 1);
    child.kill('SIGTERM');
    await said('Stopping after SIGTERM');
    held.release();
    for (const { status, headers, body } of await Promise.all(answers))
      expect([status, headers.get('connection'), body]).toMatchObject([200, 'close', { decision: 'live' }]);
    const { code, out, err } = await ended;
    expect([code, err]).toEqual([0, expect.stringContaining('Stopping after SIGTERM')]);
    await expect(fetch(`${at}/health`)).rejects.toThrow();
    // tsx has a folder of its own there.
    expect(readdirSync(temporary).filter((name) => !name.startsWith('tsx-'))).toEqual([]);
    // A line a request, and nothing of what was sent.
    expect(out.split('\n').filter((line) => line.includes('"msg":"check"'))).toHaveLength(3);
    expect(out).not.toMatch(/ftyp|decision|live/);
  });

  it('cuts off what takes longer than its limit, and ends all the same', async () => {
    const { child, url, ended } = serviceProcess({ GRADALIGN__MODEL: model, GRADALIGN__SECONDS__STOP: '0.1' });
    const at = await url;
    holdJudges(child.pid);
    const answer = check(at, grayClip(168), 'video/mp4');
    await until(async () => (await metric(at, 'gradalign_processes_working')) === 1);
    child.kill('SIGTERM');
    expect((await answer).body).toMatchObject({ status: 503, type: 'urn:gradalign:problem:stopping' });
    expect((await ended).code).toBe(0);
  });

  it('twice ends it at once with code 1', async () => {
    const { child, url, said, ended } = serviceProcess({ GRADALIGN__MODEL: model, GRADALIGN__SECONDS__STOP: '3600' });
    const at = await url;
    const held = holdJudges(child.pid);
    const answer = check(at, grayClip(168), 'video/mp4');
    answer.catch(() => {});
    await until(async () => (await metric(at, 'gradalign_processes_working')) === 1);
    child.kill('SIGTERM');
    await said('Stopping after SIGTERM');
    child.kill('SIGTERM');
    expect((await ended).code).toBe(1);
    await expect(answer).rejects.toThrow();
    held.release();
    await haveGone(held.pids);
  });
});

it('the content of a picture stands in no line of the log', async () => {
  const { child, url, ended } = serviceProcess({ GRADALIGN__MODEL: model });
  const png = await gray(200)
    .withExif({ IFD0: { Copyright: 'a secret name' } })
    .png()
    .toBuffer();
  await check(await url, png, 'image/png');
  await check(await url, Buffer.from('a secret name'), 'image/png');
  child.kill('SIGTERM');
  const { out, err } = await ended;
  expect(`${out}${err}`).not.toContain('secret');
});
