import { expect, it } from 'vitest';
import { browserBundle } from './browser-page.ts';

it('the package is free of modules of Node for a browser, and of native libraries', async () => {
  const { code, files } = await browserBundle();
  expect(code).not.toMatch(/["']node:|require\(|\bBuffer\b\./);
  expect(files.filter((file) => /sharp|tfjs|napi/.test(file))).toEqual([]);
  expect(files).toContain('packages/core/src/images/sample-affine.ts');
  expect(files).toContain('packages/datasets/src/prepare/crop-map.ts');
});
