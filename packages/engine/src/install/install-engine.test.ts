import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fakeSteps, fakeWheels, libraryText } from '../../test/fake-engine.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { wheelServer } from '../../test/wheel-server.ts';
import { runChildModule } from '../child-processes/child-module.ts';
import { childModuleArguments } from '../child-processes/module-arguments.ts';
import { type EngineLock, engineFolderName, type PinnedWheel, platformKey } from '../installed/engine-lock.ts';
import { engineStatus } from '../installed/installed-engine.ts';
import { type InstallEngineOptions, installEngine } from './install-engine.ts';
import type { InstallProgress } from './install-progress.ts';

let cache: string;
let wheels: string;
let lock: EngineLock;
let pinned: PinnedWheel[];
let files: string[];
let notices: string[];

beforeEach(() => {
  const folder = temporaryFolder();
  cache = join(folder, 'cache');
  wheels = join(folder, 'wheels');
  ({ lock, wheels: pinned, files } = fakeWheels(wheels));
  notices = [];
});
afterEach(() => vi.unstubAllEnvs());

function install(options: InstallEngineOptions = {}) {
  return installEngine({ lock, cache, steps: fakeSteps(), notice: (message) => notices.push(message), ...options });
}

function engineFiles(dir: string): string[] {
  return files.filter((name) => statSync(join(dir, name)).size > 0);
}

describe('from a folder of wheels', () => {
  test('the pinned members are in the cache, the engine is ready, nothing else is left', async () => {
    const progress: InstallProgress[] = [];
    const { dir, done, summary } = await install({ wheels, progress: (each) => progress.push(each) });
    expect(done).toBe('installed');
    expect(engineFiles(dir)).toEqual(files);
    expect(readFileSync(join(dir, 'tensorflow/libtensorflow_cc.so.2'), 'utf8')).toBe(libraryText);
    expect(existsSync(join(dir, 'nvidia/cudnn/include/no.h'))).toBe(false);
    expect(engineStatus('cpu', { lock, cache }).state).toBe('ready');
    expect(readdirSync(cache)).toEqual([dir.slice(cache.length + 1)]);
    expect(summary).toMatch(/^Installed the engine in \d+\.\d s: .*tensorflow-0\.0\.1-/);
    expect(new Set(progress.map(({ phase }) => phase))).toEqual(new Set(['check', 'unpack', 'test']));
    const unpacked = progress.filter(({ phase, done, total }) => phase === 'unpack' && done === total);
    expect(unpacked.map(({ total }) => total)).toEqual([libraryText.length + 12, 3000]);
  });

  test('a second call does nothing, and needs no wheels', async () => {
    const { dir } = await install({ wheels });
    const written = statSync(join(dir, 'manifest.json')).mtimeMs;
    rmSync(wheels, { recursive: true });
    expect((await install()).done).toBe('nothing');
    expect(statSync(join(dir, 'manifest.json')).mtimeMs).toBe(written);
  });

  test('a version with other sources shares the engine and adds its own binding', async () => {
    const { dir } = await install({ wheels });
    const [binding = ''] = readdirSync(dir).filter((name) => name.startsWith('binding-'));
    rmSync(join(dir, binding), { recursive: true });
    mkdirSync(join(dir, 'binding-0000000000'));
    rmSync(wheels, { recursive: true });
    expect(engineStatus('cpu', { lock, cache }).state).toBe('no-binding');
    expect((await install()).done).toBe('added-binding');
    expect(
      readdirSync(dir)
        .filter((name) => name.startsWith('binding-'))
        .sort(),
    ).toEqual(['binding-0000000000', binding].sort());
  });

  test('a folder that lacks a wheel is rejected at once, naming what is missing', async () => {
    rmSync(join(wheels, pinned[1]?.file ?? ''));
    await expect(install({ wheels })).rejects.toThrow(
      /wheels are missing, expected also:\n {2}gradalign_fake_extra-0\.0\.1-py3-none-any\.whl \(gradalign-fake-extra 0\.0\.1, sha256 [0-9a-f]{64}\)$/,
    );
    expect(existsSync(cache)).toBe(false);
  });

  test('a wheel with one byte too many is rejected, and not removed from its folder', async () => {
    const file = join(wheels, pinned[0]?.file ?? '');
    appendFileSync(file, 'x');
    await expect(install({ wheels })).rejects.toThrow(`it has ${(pinned[0]?.size ?? 0) + 1} bytes with sha256`);
    expect(existsSync(file)).toBe(true);
    expect(readdirSync(cache)).toEqual([]);
  });

  test('a pattern that matches nothing is rejected', async () => {
    const changed = pinned.map((wheel) => ({ ...wheel, members: ['tensorflow/*.dll'] }));
    const other: EngineLock = { format: 1, engines: { [platformKey('cpu')]: { tensorflow: '0.0.1', wheels: changed } } };
    await expect(install({ lock: other, wheels })).rejects.toThrow('it has no tensorflow/*.dll, expected the wheel of gradalign-fake-engine 0.0.1');
  });

  test('a platform without pins is rejected, and told of the wasm engine', async () => {
    await expect(install({ lock: { format: 1, engines: {} } })).rejects.toThrow(
      `there is no native engine for ${platformKey('cpu')}, expected a pinned platform. The wasm engine works here`,
    );
  });

  test('a full disk is reported before anything is downloaded', async () => {
    const huge = pinned.map((wheel) => ({ ...wheel, size: 1e15 }));
    const other: EngineLock = { format: 1, engines: { [platformKey('cpu')]: { tensorflow: '0.0.1', wheels: huge } } };
    await expect(install({ lock: other, wheels })).rejects.toThrow(
      /[\d.]+ GB are free for .*, expected 7800000\.0 GB\. Free some space, or set GRADALIGN_CACHE to another folder\.$/,
    );
  });

  test('an engine that fails its test run is not installed', async () => {
    const test = () => Promise.reject(new Error('wrong numbers'));
    await expect(install({ wheels, steps: { ...fakeSteps(), test } })).rejects.toThrow('wrong numbers');
    expect(readdirSync(cache)).toEqual([]);
  });

  test('a library that lost bytes is found by its size and replaced', async () => {
    const { dir } = await install({ wheels });
    writeFileSync(join(dir, 'tensorflow/libtensorflow_cc.so.2'), 'half');
    expect(engineStatus('cpu', { lock, cache })).toMatchObject({
      state: 'damaged',
      problem: expect.stringContaining('libtensorflow_cc.so.2 has 4 bytes instead of 800000'),
    });
    expect((await install({ wheels })).done).toBe('installed');
    expect(notices.at(-1)).toMatch(/^Replacing what is in .* the native engine is damaged/);
    expect(engineStatus('cpu', { lock, cache }).state).toBe('ready');
  });

  test('an aborted installation says so and leaves nothing', async () => {
    const controller = new AbortController();
    const provideBinding = async () => controller.abort();
    const test = async (_engine: unknown, signal?: AbortSignal) => {
      signal?.throwIfAborted();
      return fakeSteps().test({ dir: '', binding: '' });
    };
    await expect(install({ wheels, signal: controller.signal, steps: { ...fakeSteps(), provideBinding, test } })).rejects.toThrow(
      /^Cannot finish the installation: it was stopped/,
    );
    expect(readdirSync(cache)).toEqual([]);
  });
});

describe('several processes', () => {
  const child = new URL('../../test/install-child', import.meta.url);

  test('3 that install at once: one does, the others find it done', async () => {
    const results = await Promise.all([1, 2, 3].map(() => runChildModule<{ done: string; notices: string[] }>(child, [cache, wheels])));
    expect(results.map(({ done }) => done).sort()).toEqual(['installed', 'nothing', 'nothing']);
    const waits = results
      .flatMap((result) => result.notices)
      .filter((message) => /^Waiting for process \d+ on .*, which is installing an engine\.$/.test(message));
    expect(results.flatMap((result) => result.notices)).toEqual(waits);
    expect(engineStatus('cpu', { lock, cache }).state).toBe('ready');
  });

  test.each(['binding', 'test'])('one that is killed at the %s leaves nothing installed, and the next one cleans up and installs', async (point) => {
    const process_ = spawn(process.execPath, childModuleArguments(child, [cache, wheels, point]), { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(process_.stdout, 'data');
    process_.kill('SIGKILL');
    await once(process_, 'exit');
    expect(readdirSync(cache)).toEqual([`.staging-${process_.pid}`, 'install.lock']);
    expect(engineStatus('cpu', { lock, cache }).state).toBe('absent');
    const { done, dir } = await install({ wheels });
    expect(done).toBe('installed');
    expect(notices).toEqual([`Removing ${join(cache, `.staging-${process_.pid}`)}, left by an installation that was stopped.`]);
    expect(readdirSync(cache)).toEqual([dir.slice(cache.length + 1)]);
  });
});

describe('over the network', () => {
  beforeEach(() => {
    for (const name of ['PIP_CERT', 'PIP_FIND_LINKS', 'PIP_EXTRA_INDEX_URL', 'PIP_NO_INDEX', 'PIP_INDEX_URL']) vi.stubEnv(name, '');
    vi.stubEnv('PIP_CONFIG_FILE', '/dev/null');
  });

  test('pip downloads the wheels', async () => {
    vi.stubEnv('PIP_NO_INDEX', '1');
    vi.stubEnv('PIP_FIND_LINKS', wheels.replaceAll(' ', '%20').replace(/^/, 'file://'));
    const { dir } = await install();
    expect(engineFiles(dir)).toEqual(files);
    expect(readdirSync(cache)).toEqual([dir.slice(cache.length + 1)]);
  });

  describe('without Python', () => {
    beforeEach(() => {
      vi.stubEnv('PATH', temporaryFolder());
      vi.stubEnv('PYTHON', '');
    });

    test('the index that pip is set up for serves them, despite two broken connections', async () => {
      await using server = await wheelServer(wheels, pinned);
      vi.stubEnv('PIP_INDEX_URL', server.url);
      server.cuts = 2;
      const { dir } = await install();
      expect(engineFiles(dir)).toEqual(files);
      expect(notices).toHaveLength(2);
      expect(notices[0]).toMatch(/^The download of gradalign_fake_engine-0\.0\.1-py3-none-any\.whl was interrupted \(.*\): resuming\.$/);
      const first = server.requests.filter((line) => line.includes(`/files/${pinned[0]?.file}`));
      expect(first).toHaveLength(3);
      expect(first[1]).toMatch(/ bytes=[1-9]\d*-$/);
      expect(readdirSync(join(cache, 'downloads'))).toEqual([]);
    });

    test('a download that another process began is resumed', async () => {
      await using server = await wheelServer(wheels, pinned);
      vi.stubEnv('PIP_INDEX_URL', server.url);
      const { file = '' } = pinned[0] ?? {};
      mkdirSync(join(cache, 'downloads'), { recursive: true });
      writeFileSync(join(cache, 'downloads', `${file}.part`), readFileSync(join(wheels, file)).subarray(0, 1000));
      await install();
      expect(server.requests).toContain(`GET /files/${file} bytes=1000-`);
    });

    test('a wheel with another digest is deleted', async () => {
      await using server = await wheelServer(wheels, pinned);
      vi.stubEnv('PIP_INDEX_URL', server.url);
      const other: EngineLock = {
        format: 1,
        engines: { [platformKey('cpu')]: { tensorflow: '0.0.1', wheels: pinned.map((wheel) => ({ ...wheel, sha256: '0'.repeat(64) })) } },
      };
      await expect(install({ lock: other })).rejects.toThrow(/with sha256 [0-9a-f]{64}, expected \d+ bytes with 0{64}\. Download it again\.$/);
      expect(readdirSync(join(cache, 'downloads'))).toEqual([]);
    });

    test('an index without the file says how many files it has, and hides the password', async () => {
      await using server = await wheelServer(wheels, pinned);
      vi.stubEnv('PIP_INDEX_URL', `http://user:secret@${server.url.slice('http://'.length)}`);
      const other: EngineLock = {
        format: 1,
        engines: { [platformKey('cpu')]: { tensorflow: '0.0.1', wheels: pinned.map((wheel) => ({ ...wheel, file: `other-${wheel.file}` })) } },
      };
      const failure = install({ lock: other });
      await expect(failure).rejects.toThrow(
        /there is no Python with pip; the index: http:\/\/127\.0\.0\.1:\d+\/simple\/gradalign-fake-engine\/: .* is not among its 1 files/,
      );
      await expect(failure).rejects.not.toThrow('secret');
    });

    test('where nothing names an index, the message gives three remedies', async () => {
      await expect(install()).rejects.toThrow(
        /^Cannot download gradalign_fake_engine-0\.0\.1-py3-none-any\.whl: there is no Python with pip; neither PIP_INDEX_URL nor a pip\.conf names a package index to ask without pip; .*Install pip, or set PIP_INDEX_URL, or put the file into a folder and run: gradalign engine install --wheels <folder>$/,
      );
      expect(readdirSync(cache)).toEqual([]);
    });
  });
});

test('the same pins give the same folder name, other pins another', () => {
  const engine = lock.engines[platformKey('cpu')];
  if (engine === undefined) throw new Error('no pins');
  const name = engineFolderName('cpu-linux-x64', engine);
  expect(name).toMatch(/^tensorflow-0\.0\.1-cpu-linux-x64-[0-9a-f]{10}$/);
  expect(engineFolderName('cpu-linux-x64', { ...engine, wheels: engine.wheels.slice(1) })).not.toBe(name);
});
