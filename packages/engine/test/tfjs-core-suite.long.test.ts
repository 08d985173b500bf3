import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadEngine } from '../src/index.ts';
import { tfjsCoreExceptions } from './tfjs-core-exceptions.ts';

interface Outcome {
  readonly name: string;
  readonly status: string;
}

test("tfjs-core's own 4,230 tests on TensorFlow: 3,971 pass, 5 are marked pending, the known exceptions fail", { timeout: 300_000 }, async (context) => {
  const { name, gpu } = await loadEngine();
  if (name !== 'tensorflow' || gpu || process.arch !== 'x64') context.skip('the exceptions are those of TensorFlow on an x64 processor');
  const outcomes = runSuite();
  const namesOf = (status: string) => outcomes.filter((outcome) => outcome.status === status).map((outcome) => outcome.name);
  expect(namesOf('failed').sort()).toEqual(Object.values(tfjsCoreExceptions).flat().sort());
  expect({ all: outcomes.length, passed: namesOf('passed').length, pending: namesOf('pending').length }).toEqual({ all: 4230, passed: 3971, pending: 5 });
});

function runSuite(): Outcome[] {
  const folder = mkdtempSync(join(tmpdir(), 'tfjs-core-suite-'));
  try {
    const output = join(folder, 'outcomes.json');
    const script = fileURLToPath(new URL('run-tfjs-core-suite.ts', import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, ['--conditions=@gradalign/source', '--import', 'tsx', script, output], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`Cannot run the suite: it ended with ${status}: ${stderr.slice(-2000)}`);
    return JSON.parse(readFileSync(output, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
