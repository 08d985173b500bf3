import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, it } from 'vitest';
import { writePlugin } from '../../test/experiment-fixture.ts';
import { expectMutationsToEnd } from '../../test/mutate-experiments.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign mutations-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('10,000 mutations of a valid file, in memory: it loads, or every problem has a place; nothing else is ever thrown', async () => {
  writePlugin(folder);
  await expectMutationsToEnd(folder, 10_000);
});
