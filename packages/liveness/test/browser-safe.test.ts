import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { browserBundle } from './browser-page.ts';

it('the package is free of modules of Node for a browser, and of native libraries', async () => {
  const { code, files } = await browserBundle();
  expect(code).not.toMatch(/["']node:|require\(|\bBuffer\b\./);
  expect(files.filter((file) => /sharp|tfjs|napi/.test(file))).toEqual([]);
  expect(files).toContain('packages/pixels/src/view/sample-affine.ts');
  expect(files).toContain('packages/pixels/src/cropping/crop-map.ts');
});

it('the package needs two small ones that need none, and no engine', () => {
  const needs = (name: string) =>
    Object.keys((JSON.parse(readFileSync(new URL(`../../${name}/package.json`, import.meta.url), 'utf8')) as { dependencies?: object }).dependencies ?? {});
  expect([needs('liveness'), needs('pixels'), needs('model-format')]).toEqual([['@gradalign/model-format', '@gradalign/pixels'], [], []]);
});
