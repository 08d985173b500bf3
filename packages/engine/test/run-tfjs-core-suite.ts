// Runs tfjs-core's own test suite on the native engine and writes the outcome of every test as JSON to the file named by the argument.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { loadEngine } from '../src/index.ts';

interface Jasmine {
  getEnv(): {
    configure(options: { random: boolean }): void;
    addReporter(reporter: { specDone(result: { fullName: string; status: string }): void }): void;
    execute(): Promise<unknown>;
  };
}

const require = createRequire(import.meta.url);
const [, , output] = process.argv;

await loadEngine({ engine: 'tensorflow' });
const jasmine = (require('jasmine-core') as { boot(): Jasmine }).boot().getEnv();
jasmine.configure({ random: false });
await defineTests();
const outcomes: { name: string; status: string }[] = [];
jasmine.addReporter({ specDone: ({ fullName, status }) => outcomes.push({ name: fullName.replace(' tensorflow {}', ''), status }) });
await jasmine.execute();
writeFileSync(output as string, JSON.stringify(outcomes));

/** The suite's ES modules cannot be loaded by Node directly, so they are bundled; they share the process's one engine with tfjs-core's own bundle. */
async function defineTests(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tfjs-core-suite-'));
  const outfile = join(folder, 'suite.cjs');
  const contents = `
    require('./public/chained_ops/register_all_chained_ops');
    require('./register_all_gradients');
    require('./jasmine_util').setTestEnvs([{ name: 'tensorflow', backendName: 'tensorflow', flags: {}, isDataSync: true }]);
    require('./tests');`;
  try {
    // ignoreAnnotations: tfjs-core declares its tests free of side effects.
    await build({
      stdin: { contents, resolveDir: dirname(require.resolve('@tensorflow/tfjs-core')) },
      bundle: true,
      platform: 'node',
      ignoreAnnotations: true,
      logLevel: 'error',
      outfile,
    });
    require(outfile);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
