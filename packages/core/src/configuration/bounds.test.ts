import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { loadStudy } from '../study/load-study.ts';
import { applyOverrides } from './apply-overrides.ts';
import type { MapNode } from './config-node.ts';
import { readConfigFile } from './read-file.ts';
import { readYaml } from './read-yaml.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign bounds-'));
afterAll(() => rmSync(folder, { recursive: true }));
const write = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const options = { env: {}, resolveFrom: [] };
const read = (file: string) => readConfigFile(file, options);
const keys = (count: number) => Array.from({ length: count }, (_, i) => `k${i}: 1`).join('\n');

it.each<[string, string, string]>([
  ['50,000 brackets', `a: ${'['.repeat(50_000)}${']'.repeat(50_000)}`, 'x:1:1 401 brackets are open here, expected at most 100'],
  ['101 lists in each other', `a: ${'['.repeat(101)}${']'.repeat(101)}`, 'lists and maps stand more than 100 deep in each other, expected fewer'],
  ['50,000 dashes', `${'- '.repeat(50_000)}1`, 'lists and maps stand more than 100 deep in each other here'],
  ['200,000 keys', keys(200_000), 'the file has 2088889 characters, expected at most 1048576'],
  [
    'anchors of anchors',
    `a: &a [1,1,1,1,1,1,1,1,1,1]\n${['b', 'c', 'd', 'e', 'f'].map((name, i) => `${name}: &${name} [${Array(10).fill(`*${'abcdef'[i]}`)}]`).join('\n')}`,
    'more than 100000 values',
  ],
  ['a NUL', 'a: \0', 'NUL characters'],
  ['a pointer of Git LFS', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n', 'this is a pointer of Git LFS'],
  ['a key twice', 'a: 1\nb: 2\na: 3', 'x:3:1 this key appears twice, expected each key once'],
])('%s: refused in under 5 s', (_, text, message) => {
  const started = performance.now();
  expect(() => readYaml(text, 'x', {})).toThrow(message);
  expect(performance.now() - started).toBeLessThan(5000);
});

it('100 lists in each other and 50,000 keys are read', () => {
  expect(() => readYaml(`a: ${'['.repeat(99)}${']'.repeat(99)}`, 'x', {})).not.toThrow();
  expect((readYaml(keys(50_000), 'x', {}) as MapNode).entries.size).toBe(50_000);
});

it('files that extend ten files that extend ten files, eight times: refused after the hundredth', () => {
  write('f0.yaml', 'seed: 1');
  for (let i = 1; i <= 8; i++)
    write(
      `f${i}.yaml`,
      `extends: [${Array(10)
        .fill(`f${i - 1}.yaml`)
        .join(', ')}]`,
    );
  expect(() => read(join(folder, 'f8.yaml'))).toThrow('the files that extend each other are more than 100, expected fewer');
});

it('a named pipe, a device and Latin-1 are named as what they are, where they are extended too', () => {
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  expect(() => read(write('extends-pipe.yaml', 'extends: pipe'))).toThrow('it is a named pipe, not a file, expected a YAML file');
  expect(() => read('/dev/zero')).toThrow('Cannot read /dev/zero: it is a device, not a file');
  expect(() => read(write('latin.yaml', Buffer.from('name: Zo\xeb', 'latin1')))).toThrow('it is not text in UTF-8 (Latin-1, perhaps)');
});

it('an override of 5,000 parts is refused, and shown in 200 characters', () => {
  const root = readYaml('seed: 1', 'x', {}) as MapNode;
  const long = `${Array(5000).fill('a').join('.')}=1`;
  expect(() => applyOverrides(root, [long], {})).toThrow(/^--set (a\.){100}\.\.\.:1:1 its path has 5000 parts, expected at most 50$/);
});

it('a study of 3,000 seeds asks for too many runs: refused before the first experiment is read', () => {
  const seeds = Array.from({ length: 3000 }, (_, i) => i).join(', ');
  const file = write('study.yaml', `experiment: none.yaml\nleaveOut: [a]\nmethods: { erm: { seed: 1 } }\nseeds: [${seeds}]`);
  expect(() => loadStudy(file, options)).toThrow('the study asks for 3000 runs, expected at most 1000');
});
