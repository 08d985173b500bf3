// Long: many requests, and waiting for time limits.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HeldJudges, holdJudges } from '../test/held-judges.ts';
import { gray, grayClip } from '../test/media.ts';
import { check, metric, problem, type TestService, testService, until } from '../test/test-service.ts';
import { writeModel } from '../test/write-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign-service-'));
const temporary = join(folder, 'tmp');
const before = process.env['TMPDIR'];
let service: TestService;
let png: Buffer;
beforeAll(async () => {
  const model = await writeModel(folder);
  png = await gray(200).png().toBuffer();
  mkdirSync(temporary);
  process.env['TMPDIR'] = temporary;
  service = await testService(model, { GRADALIGN__QUEUE: '8', GRADALIGN__SECONDS__RECEIVE: '2', GRADALIGN__SECONDS__JUDGE: '20' });
});
afterAll(async () => {
  await service.stop();
  if (before === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = before;
  rmSync(folder, { recursive: true });
});

/** Sends text over a connection that stays open, and waits for what comes back until it is closed. */
const raw = (text: string) =>
  new Promise<string>((resolve) => {
    let got = '';
    const socket = connect(service.address.port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (data) => (got += data.toString())).on('close', () => resolve(got));
    socket.on('error', () => {});
  });

describe('a busy service', () => {
  it('of 50 requests at once answers the one at work and the eight that wait, and tells the 41 others when to come again', async () => {
    const held = holdJudges();
    const clip = grayClip(168);
    let refusals = 0;
    const asked = Array.from({ length: 50 }, async () => {
      const answer = await check(service.url, clip, 'video/mp4');
      if (answer.status !== 200) refusals++;
      return answer;
    });
    await until(async () => refusals >= 41);
    held.release();
    const answers = await Promise.all(asked);
    const judged = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status !== 200);
    expect([judged.length, refused.length]).toEqual([9, 41]);
    for (const { body } of judged) expect(body).toEqual(judged[0]?.body);
    for (const answer of refused) {
      expect(problem(answer)).toEqual([503, 'all processes are at work and the queue is full']);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    }
    expect(await check(service.url, png, 'image/png')).toMatchObject({ status: 200 });
  });

  it('answers health while it computes', async () => {
    const held = holdJudges();
    const work = Promise.all(Array.from({ length: 6 }, () => check(service.url, png, 'image/png')));
    expect(await (await fetch(`${service.url}/health`)).json()).toMatchObject({ status: 'ready' });
    held.release();
    for (const { status } of await work) expect(status).toBe(200);
  });

  it('forgets requests whose connection breaks, while they come and while they wait', async () => {
    const coming = connect(service.address.port, '127.0.0.1', () =>
      coming.write('POST /check HTTP/1.1\r\nHost: a\r\nContent-Type: image/png\r\nContent-Length: 1000\r\n\r\nabc'),
    );
    await until(async () => (await metric(service.url, 'gradalign_uploads')) === 1);
    coming.destroy();
    await until(async () => (await metric(service.url, 'gradalign_uploads')) === 0);
    const held = holdJudges();
    const leaving = new AbortController();
    const clip = grayClip(168) as Uint8Array<ArrayBuffer>;
    const given = Array.from({ length: 5 }, () =>
      fetch(`${service.url}/check`, { method: 'POST', body: clip, headers: { 'content-type': 'video/mp4' }, signal: leaving.signal }).catch(() => 'left'),
    );
    await until(async () => (await metric(service.url, 'gradalign_queue')) >= 4);
    leaving.abort();
    expect(await Promise.all(given)).toEqual(['left', 'left', 'left', 'left', 'left']);
    await until(async () => (await metric(service.url, 'gradalign_queue')) === 0);
    held.release();
    await until(async () => (await metric(service.url, 'gradalign_processes_working')) === 0);
  });

  it('closes connections that send too slowly, and judges others meanwhile', async () => {
    const slow = [
      raw('POST /check HTTP/1.1\r\nHost: a\r\n'),
      raw('POST /check HTTP/1.1\r\nHost: a\r\nContent-Type: image/png\r\nContent-Length: 1000\r\n\r\nabc'),
      raw('nonsense\r\n\r\n'),
      raw(`GET /health HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`),
    ];
    expect(await check(service.url, png, 'image/png')).toMatchObject({ status: 200 });
    const answers = await Promise.all(slow);
    expect(answers.map((text) => text.slice(9, 12))).toEqual(['408', '408', '400', '431']);
    expect(answers[0]).toContain('urn:gradalign:problem:too-slow');
    await until(async () => (await metric(service.url, 'gradalign_uploads')) === 0);
  });

  it('replaces a process that is killed while it judges; nothing of what it had is left', async () => {
    const { answer, held } = await halfway(() => check(service.url, grayClip(168, { seconds: 20, size: '1280x720' }), 'video/mp4'));
    held.kill();
    expect(problem(await answer)).toEqual([500, 'the process that judged it ended unexpectedly']);
    expect((await fetch(`${service.url}/health`)).status).toBe(503);
    await until(async () => (await metric(service.url, 'gradalign_processes')) === 1);
    expect(await check(service.url, png, 'image/png')).toMatchObject({ status: 200 });
    expect(await metric(service.url, 'gradalign_processes_replaced')).toBe(1);
    expect(left()).toEqual([]);
  });
});

describe('time', () => {
  it('a clip that takes longer than its limit is given up, and the next one is judged', async () => {
    await using hasty = await testService(join(folder, 'model.onnx'), { GRADALIGN__SECONDS__JUDGE: '0.01' });
    const answer = await hasty.check(grayClip(168, { seconds: 20, size: '1280x720' }), 'video/mp4');
    expect(problem(answer)).toEqual([422, expect.stringMatching(/^judging the clip takes longer than 0\.01 seconds/)]);
    expect(left()).toEqual([]);
  });
});

/** What is left in the folder for temporary files, but for what tsx has there. */
function left(): string[] {
  return readdirSync(temporary).filter((name) => !name.startsWith('tsx-'));
}

/** Asks, and holds the process in the midst of judging: once more where it was done before. */
async function halfway<T>(ask: () => Promise<T>): Promise<{ readonly answer: Promise<T>; readonly held: HeldJudges }> {
  for (;;) {
    let isAnswered = false;
    const answer = ask().finally(() => (isAnswered = true));
    await until(async () => isAnswered || (await metric(service.url, 'gradalign_processes_working')) === 1);
    await wait(100);
    const held = holdJudges();
    // An answer that was on its way.
    await wait(100);
    if ((await metric(service.url, 'gradalign_processes_working')) === 1) return { answer, held };
    held.release();
    await answer;
  }
}
