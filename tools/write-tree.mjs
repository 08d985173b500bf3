// For the tests of the checks: a small workspace in a temporary folder.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/**
 * Writes the files, what is no string as JSON, and gives the folder. It is removed when the test ends.
 * @param {Record<string, unknown>} files
 */
export function writeTree(files) {
  const root = mkdtempSync(join(tmpdir(), 'gradalign-tools-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return root;
}

/** A package.json: each subpath of `entries` is published from that source. */
export const manifest = (name, entries = { '.': './src/index.ts' }) => ({
  name,
  type: 'module',
  exports: Object.fromEntries(Object.entries(entries).map(([subpath, file]) => [subpath, { '@gradalign/source': file, default: file }])),
});

/** What a fixture with types needs: compiler options, and packages that find each other by name. */
export function linkPackages(root, names) {
  writeFileSync(
    join(root, 'tsconfig.base.json'),
    JSON.stringify({
      compilerOptions: {
        target: 'es2023',
        lib: ['es2023'],
        types: [],
        module: 'nodenext',
        moduleResolution: 'nodenext',
        moduleDetection: 'force',
        customConditions: ['@gradalign/source'],
        strict: true,
        skipLibCheck: true,
      },
    }),
  );
  for (const [name, folder] of Object.entries(names)) {
    mkdirSync(dirname(join(root, 'node_modules', name)), { recursive: true });
    symlinkSync(join(root, folder), join(root, 'node_modules', name), 'junction');
  }
}

/** Runs a check of tools/ as `npm run lint` does. */
export function runCheck(script, root, ...more) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), '--root', root, ...more], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}
