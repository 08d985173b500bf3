import { defaultServerConditions } from 'vite';
import { defineProject } from 'vitest/config';

const conditions = ['@gradalign/source', ...defaultServerConditions];

/** What every package's vitest project has in common: workspace packages resolve to src/, so no build is needed before a test. */
export const shared = defineProject({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    environment: 'node',
    pool: 'forks',
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    execArgv: ['--conditions=@gradalign/source'],
  },
});
