import { defaultServerConditions } from 'vite';
import { configDefaults, defineProject } from 'vitest/config';

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
    testTimeout: long ? 600_000 : 60_000,
    hookTimeout: 120_000,
    execArgv: ['--conditions=@gradalign/source'],
  },
});
