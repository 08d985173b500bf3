import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkExamples } from './check-examples.mjs';
import { renderProblem } from './problems.mjs';
import { linkPackages, manifest, writeTree } from './write-tree.mjs';

const fence = '```';
const core = (example) => `/**
 * Defines a loss.
 *
 * ${fence}ts
 * import { defineLoss } from '@a/core';
 *
 * ${example}
 * ${fence}
 */
export function defineLoss(loss: { name: string }): { name: string } {
  return loss;
}
/** Defines an optimizer. */
export const defineOptimizer = (optimizer: { name: string }) => optimizer;
`;

const tree = (example, changes = {}) => {
  const root = writeTree({
    'packages/core/package.json': manifest('@a/core'),
    'packages/core/src/index.ts': core(example),
    'packages/optimizers/package.json': manifest('@a/optimizers'),
    'packages/optimizers/src/index.ts': "import { defineOptimizer } from '@a/core';\n/** Plain. */\nexport const erm = defineOptimizer({ name: 'erm' });\n",
    ...changes,
  });
  linkPackages(root, { '@a/core': 'packages/core', '@a/optimizers': 'packages/optimizers' });
  return root;
};

describe('the examples of a small workspace', () => {
  it('finds define* functions and optimizers without an example', () => {
    const { problems, examples } = checkExamples(tree("export const loss = defineLoss({ name: 'mine' });"));
    expect(examples).toHaveLength(1);
    expect(problems.map(renderProblem)).toEqual([
      'packages/core/src/index.ts:14: defineOptimizer has no example, expected a block of ```ts in its docstring',
      'packages/optimizers/src/index.ts:3: erm has no example, expected a block of ```ts in its docstring',
    ]);
  });

  it('finds an example that does not compile, at its own line', () => {
    const { problems } = checkExamples(tree('export const loss = defineLoss({ name: 1 });'));
    expect(problems.map(renderProblem)).toContain(
      "packages/core/src/index.ts:7: the example does not compile (Type 'number' is not assignable to type 'string'.), expected code that does",
    );
  });

  it('compiles the blocks of pages that import something of ours, and no others', () => {
    const page = `# Read me\n${fence}ts\nimport { defineLoss } from '@a/core';\ndefineLoss(2);\n${fence}\n${fence}ts\nelsewhere(3);\n${fence}\n`;
    const { problems, examples } = checkExamples(tree("defineLoss({ name: 'mine' });", { 'README.md': page, 'packages/core/README.md': page }));
    expect(examples.map(({ file, line }) => `${file}:${line}`)).toEqual(['packages/core/src/index.ts:5', 'README.md:3', 'packages/core/README.md:3']);
    expect(problems.map(({ file, line }) => `${file}:${line}`)).toEqual(expect.arrayContaining(['README.md:4', 'packages/core/README.md:4']));
  });
});

it('every define* function and every optimizer of this repository has an example, and all examples compile', () => {
  expect(checkExamples(fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '')).problems.map(renderProblem)).toEqual([]);
}, 120_000);
