import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { checkEnglish } from './check-english.mjs';
import { renderProblem } from './problems.mjs';
import { manifest, runCheck, writeTree } from './write-tree.mjs';

const list = { ...JSON.parse(readFileSync(new URL('english.json', import.meta.url), 'utf8')), allowed: [] };
const problems = (source, changes = {}, words = list) =>
  checkEnglish(writeTree({ 'packages/core/package.json': manifest('@a/core'), 'packages/core/src/a.ts': source, ...changes }), words).map(renderProblem);

it('finds British spellings in comments, identifiers and messages, one line each', () => {
  expect(problems("// The behaviour at the centre\nconst normaliseNamed = 'labelled';\nconst GREY_LEVELS = analyse(1);\n")).toEqual([
    "packages/core/src/a.ts:1: 'behaviour', expected behavior",
    "packages/core/src/a.ts:1: 'centre', expected center",
    "packages/core/src/a.ts:2: 'labelled', expected one l before -ed, -er, -ing",
    "packages/core/src/a.ts:2: 'normaliseNamed', expected -ize, -ization",
    "packages/core/src/a.ts:3: 'GREY_LEVELS', expected gray",
    "packages/core/src/a.ts:3: 'analyse', expected analyze",
  ]);
});

it('accepts American spellings and words that only look British', () => {
  const text =
    '// behavior, normalize, generalization, center, gray, catalogue, promise, precise, otherwise, emphasis, analyses, diameter, parameters, tokenIsEmpty\n';
  expect(problems(`${text}// programmed, controlled, modeled, cancellation, exercise, noise, rise, wise, raise, minimum\n`)).toEqual([]);
});

it('colour is the name of an augmentation: allowed as a name, not in prose or in other names', () => {
  expect(problems("import { colour } from './colour.ts';\nexport const items = [colour];\n// the augmentation `colour`\nconst use = 'colour';\n")).toEqual([]);
  expect(problems("// a colour of the palette\nconst colourMap = 'the colour is odd';\n")).toHaveLength(3);
});

it('reads README, docs, package READMEs and descriptions, and examples', () => {
  const changes = {
    'README.md': 'optimise\n',
    'docs/a.md': 'licence\n',
    'packages/core/README.md': '0 well\n',
    'packages/core/package.json': { ...manifest('@a/core'), description: 'domain generalisation' },
    'examples/a.yaml': '# favourite\n',
  };
  expect(problems('', changes)).toHaveLength(5);
});

it('finds the phrases of the table', () => {
  expect(problems("throw new Error('This is a defect of gradalign');\n")).toEqual([
    "packages/core/src/a.ts:1: 'defect of gradalign', expected bug in gradalign",
  ]);
});

it('knows exceptions, and fails on one that is not needed', () => {
  const words = { ...list, allowed: [{ file: 'packages/core/src/', text: "'grey16'", why: 'a name of sharp' }] };
  expect(problems("toColourspace('grey16');\n", {}, { ...words, spellings: [['grey', 'gray']] })).toEqual([]);
  expect(problems('', {}, words)).toEqual([
    "tools/english.json: the exception of ''grey16'' in packages/core/src/ is not needed, expected only those that are",
  ]);
});

it('exits with 1', () => {
  const root = writeTree({ 'tools/english.json': list, 'packages/core/package.json': manifest('@a/core'), 'README.md': 'grey\n' });
  const { status, stderr } = runCheck('check-english.mjs', root);
  expect(stderr).toContain("README.md:1: 'grey', expected gray");
  expect(status).toBe(1);
});
