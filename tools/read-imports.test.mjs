import { expect, it } from 'vitest';
import { readImports } from './read-imports.mjs';

const specifiers = (text) => readImports('a.ts', text).map(({ specifier, line }) => `${line} ${specifier}`);

it('reads every kind of import with its line, type imports too', () => {
  const text = `import { a } from './a.ts';
import type { B } from './b.ts';
export { type C } from './c.ts';
export * from './d.ts';
import './e.ts';
const f = await import('./f.ts');
type G = import('./g.ts').G;
const h = require('./h.cjs');
const i = new URL('./i.ts', import.meta.url);
const pool = start(import.meta.url, 'j');
const k = createRequire(import.meta.url)('./k.cjs');
const l = createRequire(import.meta.url).resolve('l/package.json');
const load = createRequire(import.meta.url);
load('./m.cjs');
load.resolve('./n.cjs');
import.meta.resolve('./o.ts');
`;
  expect(specifiers(text)).toEqual([
    '1 ./a.ts',
    '2 ./b.ts',
    '3 ./c.ts',
    '4 ./d.ts',
    '5 ./e.ts',
    '6 ./f.ts',
    '7 ./g.ts',
    '8 ./h.cjs',
    '9 ./i.ts',
    '10 ./j.ts',
    '11 ./k.cjs',
    '12 l/package.json',
    '14 ./m.cjs',
    '15 ./n.cjs',
    '16 ./o.ts',
  ]);
});

it('sees neither comments, nor strings, nor what is computed', () => {
  expect(specifiers("// import './a.ts';\nconst b = \"import './b.ts'\";\nawait import(name);\nnew URL('https://example.org');\nresolve('./c.ts');\n")).toEqual(
    [],
  );
});
