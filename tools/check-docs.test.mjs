import { expect, it } from 'vitest';
import { checkDocs } from './check-docs.mjs';
import { renderProblem } from './problems.mjs';
import { linkPackages, manifest, runCheck, writeTree } from './write-tree.mjs';

const files = {
  'packages/core/package.json': manifest('@a/core', { '.': './src/index.ts', './testing': './src/testing.ts' }),
  'packages/core/src/index.ts': "export { documented, type Options, bare } from './inner.ts';\n/** The plugin. */\nexport default 1;\n",
  'packages/core/src/inner.ts': `/** Documented. */
export const documented = 1;

export interface Options {
  /** In pixels. */
  readonly size: number;
  readonly name: string;
}

/**
 * @throws never
 */
export function bare(): void {}

export const notPublished = 1;
`,
  'packages/core/src/testing.ts': 'export class Kit {\n  run(): void {}\n  #hidden = 1;\n  private also = 2;\n}\n',
};

const tree = (changes = {}) => {
  const root = writeTree({ ...files, ...changes });
  linkPackages(root, { '@a/core': 'packages/core' });
  return root;
};

it('finds exported names without a docstring in every published entry, where they are declared; a tag alone is none', () => {
  const { problems, packages } = checkDocs(tree());
  expect(problems.map(renderProblem)).toEqual([
    'packages/core/src/inner.ts:4: @a/core exports Options without a docstring, expected one',
    'packages/core/src/inner.ts:13: @a/core exports bare without a docstring, expected one',
    'packages/core/src/testing.ts:1: @a/core exports Kit without a docstring, expected one',
  ]);
  expect(packages).toEqual([{ name: '@a/core', exported: 5, undocumented: 3, members: 3, undocumentedMembers: 2 }]);
});

it('counts a name of another package where it is published again, by its own docstring', () => {
  const root = tree({
    'packages/app/package.json': manifest('app'),
    'packages/app/src/index.ts': "export { documented, bare } from '@a/core';\n",
  });
  expect(checkDocs(root).packages[0]).toEqual({ name: 'app', exported: 2, undocumented: 1, members: 0, undocumentedMembers: 0 });
});

it('exits with 1 and prints the counts', () => {
  const { status, stdout, stderr } = runCheck('check-docs.mjs', tree());
  expect(stdout).toContain('@a/core: 5 names exported, 3 without a docstring');
  expect(stderr).toContain('packages/core/src/inner.ts:13: @a/core exports bare without a docstring, expected one');
  expect(status).toBe(1);
});
