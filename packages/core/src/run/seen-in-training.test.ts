import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Sample } from '../contracts/dataset.ts';
import { silentReporter } from '../contracts/reporter.ts';
import { warnOfSourcesAmongTargets } from './seen-in-training.ts';

const folder = mkdtempSync(join(tmpdir(), 'seen-'));
afterAll(() => rmSync(folder, { recursive: true }));

function samples(domain: string, files: Readonly<Record<string, string>>): Sample[] {
  return Object.entries(files).map(([name, content]) => {
    mkdirSync(join(folder, domain), { recursive: true });
    writeFileSync(join(folder, domain, name), content);
    return { id: name, image: { path: join(folder, domain, name) }, label: 1, split: 'train', video: name, subject: '1' };
  });
}

it('a target that holds copies of what is trained on, or held out, is told; subjects of the same number are not', () => {
  const warnings: string[] = [];
  const reporter = { ...silentReporter, warn: (text: string) => void warnings.push(text) };
  const source = { name: 'a', samples: samples('a', { '1.png': 'same', '2.png': 'else' }), heldOut: samples('held', { '3.png': 'kept!' }) };
  const target = { name: 'b', samples: samples('b', { '7.png': 'same', '8.png': 'new!', '9.png': 'kept!' }) };
  warnOfSourcesAmongTargets({ sources: [source], targets: [target] }, reporter);
  expect(warnings).toEqual([expect.stringContaining("'b': 2 of 3 clips were seen in training: 7.png (of 'a'), 9.png (of 'a'); their files have the content")]);
  warnings.length = 0;
  warnOfSourcesAmongTargets({ sources: [source], targets: [{ name: 'c', samples: samples('c', { '1.png': 'diff' }) }] }, reporter);
  expect(warnings).toEqual([]);
});
