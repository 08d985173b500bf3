import { defaultServerConditions } from 'vite';
import { configDefaults, defineProject, mergeConfig } from 'vitest/config';

const conditions = ['@gradalign/source', ...defaultServerConditions];

/** `npm run test:long` sets it: the files `*.long.test.*`, which every other run leaves out, and no others. */
const long = process.env['GRADALIGN_LONG'] === '1';

/** What every package's vitest project has in common: workspace packages resolve to src/, so no build is needed before a test. */
export const shared = defineProject({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    environment: 'node',
    pool: 'forks',
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, long ? '**/!(*.long).test.*' : '**/*.long.test.*'],
    testTimeout: long ? 600_000 : 120_000,
    hookTimeout: 120_000,
    execArgv: ['--conditions=@gradalign/source'],
  },
});

/**
 * For packages whose test files can share a process: their modules are loaded once, not once a file, which halves the time. Not for files that need an engine
 * of their own, a working directory or signals: those of cli and engine, and `*.wasm.test.ts`, which vitest.config.ts runs as the project `wasm`.
 */
export const inSharedProcess = mergeConfig(shared, defineProject({ test: { isolate: false, exclude: ['**/*.wasm.test.*'] } }));
