import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { scratch } from '../../test/fixtures/scratch.ts';
import { Findings } from './findings.ts';
import { readLabelList, settlePolarity } from './label-list.ts';

const folder = scratch();
const told = (path: string) => (path.includes('real') ? 1 : path.includes('fake') ? 0 : undefined);

async function read(text: string, otherwise: 0 | 1 = 1) {
  writeFileSync(join(folder.root, 'list.txt'), text);
  const findings = new Findings();
  const all = await readLabelList({ id: 'list.txt', name: 'list.txt', path: join(folder.root, 'list.txt') }, findings);
  const { live, lines } = settlePolarity(all, ({ paths: [path] }) => told(path), otherwise, findings);
  return { live, lines: lines.map(({ paths, value }) => `${paths.join('|')} ${value}`), problems: findings.notes().problems };
}

it('lines end in a label, whatever editor has saved them', async () => {
  expect((await read('\uFEFFreal/1.jpg 1\r\n\r\nfake/1.jpg,0\r\nreal/2.jpg\r\nfake/2.jpg 2\r\n')).lines).toEqual(['real/1.jpg 1', 'fake/1.jpg 0']);
  expect((await read('a.jpg b.jpg c.jpg 0')).lines).toEqual(['a.jpg|b.jpg|c.jpg 0']);
  expect((await read('real/2.jpg\nfake/2.jpg 2\n')).problems).toEqual([
    'list.txt has 2 lines that cannot be read, expected a path and a label, 0 or 1: line 1: real/2.jpg, line 2: fake/2.jpg 2',
  ]);
});

it('paths decide which label means live; lines that say otherwise are left out', async () => {
  expect((await read('real/1.jpg 0\nfake/1.jpg 1\nfake/2.jpg 1\n')).live).toBe(0);
  expect((await read('real/1.jpg 1\nfake/1.jpg 0\nfake/2.jpg 0\n')).live).toBe(1);
  expect(await read('real/1.jpg 0\nfake/1.jpg 1\nfake/2.jpg 0\n')).toEqual({
    live: 0,
    lines: ['real/1.jpg 0', 'fake/1.jpg 1'],
    problems: ['1 line contradicts the path, left out: fake/2.jpg (list.txt line 3, label 0)'],
  });
});

it('where no path tells, it is as the caller says', async () => {
  expect((await read('a/1.jpg 0\nb/1.jpg 1\n', 0)).live).toBe(0);
  expect((await read('a/1.jpg 0\nb/1.jpg 1\n', 1)).live).toBe(1);
});
