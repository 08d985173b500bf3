// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of experiments are written so
import { expect, it } from 'vitest';
import { ConfigurationError } from '../contracts/errors.ts';
import { applyOverrides, type Override } from './apply-overrides.ts';
import { compileSchema } from './compile-schema.ts';
import { type MapNode, toPlain } from './config-node.ts';
import { readYaml } from './read-yaml.ts';
import { settleTexts } from './settle-texts.ts';

const schema = {
  type: 'object',
  properties: {
    root: { type: 'string' },
    seed: { type: 'integer' },
    rate: { type: 'number' },
    on: { type: 'boolean' },
    list: { type: 'array', items: { type: 'string' } },
    size: { anyOf: [{ type: 'number' }, { const: 'auto', type: 'string' }] },
  },
};

function read(text: string, env: Record<string, string> = {}, set: readonly (string | Override)[] = []) {
  const { value, errors } = settleTexts(applyOverrides(readYaml(text, 'a.yaml', env) as MapNode, set, env), compileSchema(schema));
  return { value, errors: errors.map(({ instancePath, message }) => `${instancePath} ${message}`) };
}

function problems(text: string, env: Record<string, string> = {}): string[] {
  try {
    read(text, env);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
    throw error;
  }
  return [];
}

const values = [
  '/data/set #2',
  '/data/a: b',
  '007',
  "'/data/quoted'",
  '"q"',
  '!data',
  '/data/100%',
  '~',
  'null',
  'true',
  '1e3',
  '[old] data',
  '{x',
  ' spaced ',
  '',
  '&a',
  '*a',
  '${X}',
  '#',
];

it.each(values)('a variable that holds %j is that text, plain, quoted and within a text', (value) => {
  expect(read('root: ${V}', { V: value })).toEqual({ value: { root: value }, errors: [] });
  expect(read('root: "a${V}b"', { V: value }).value).toEqual({ root: `a${value}b` });
});

it.each(values.filter((value) => !['~', 'null', '${X}'].includes(value)))('--set root=%s is that text', (value) => {
  expect(read('seed: 1', {}, [`root=${value}`])).toEqual({ value: { seed: 1, root: value }, errors: [] });
});

it('becomes a number or a boolean where one is expected, and only there', () => {
  expect(read('{ seed: "${S}", rate: "${R}", on: "${B}", size: "${N}" }', { S: '007', R: '2e-4', B: 'true', N: '3' }).value).toEqual({
    seed: 7,
    rate: 2e-4,
    on: true,
    size: 3,
  });
  expect(read('seed: 1', {}, ['seed=12', 'on=false', 'size=auto', 'list=[a, "7"]', { path: 'rate', value: '0.5' }]).value).toEqual({
    seed: 12,
    on: false,
    size: 'auto',
    list: ['a', '7'],
    rate: 0.5,
  });
  expect(read('seed: "7"').errors).toEqual(['/seed must be integer']);
  expect(read('seed: ${S}', { S: 'many' }).errors).toEqual(['/seed must be integer']);
  expect(read('root: 7').errors).toEqual(['/root must be string']);
});

it('keys stay as they are written', () => {
  expect(Object.keys(toPlain(readYaml('007: a\n7: b\ntrue: c\n1.0: d\n~: e\nnull: f\n0x10: g\n"1": h\n', 'a.yaml', {})) as object).sort()).toEqual(
    ['007', '7', 'true', '1.0', '~', 'null', '0x10', '1'].sort(),
  );
  expect(problems('7: a\n"7": b\n')).toEqual(['2:1 this key appears twice, expected each key once']);
  expect(problems(': a\n')).toEqual(['1:1 this key is empty, expected a name']);
});

it('tells tags that nobody knows, other YAML versions and numbers that would be rounded, at their place', () => {
  expect(problems('root: !env DATA')).toEqual([expect.stringMatching(/^1:7 the tag '!env' is not known here, expected a value without it/)]);
  expect(problems('root: {a: !path x, b: !!binary aGk=}')).toEqual([
    expect.stringMatching(/^1:\d+ the tag '!path' is not known/),
    expect.stringMatching(/^1:\d+ the tag '!!binary' is not known/),
  ]);
  expect(problems('!x root: 1')).toEqual([expect.stringMatching(/^1:1 the tag '!x' is not known/)]);
  expect(read('root: !!str 007\nseed: !!int "3"').value).toEqual({ root: '007', seed: 3 });
  expect(problems('# c\n%YAML 1.1\n---\non: yes\n')).toEqual([expect.stringMatching(/^2:1 the file asks for YAML 1.1/)]);
  expect(read('%YAML 1.2\n---\nseed: 3\n').value).toEqual({ seed: 3 });
  expect(problems('%FOO x\n---\nroot: a\n')).toEqual([expect.stringMatching(/^1:\d this is not plain YAML: Unknown directive %FOO/)]);
  expect(problems('seed: 12345678901234567891')).toEqual([
    expect.stringMatching(/^1:7 the number 12345678901234567891 is beyond 2\^53, where whole numbers are rounded \(here to 12345678901234567000\)/),
  ]);
  expect(read('seed: 9007199254740991\nrate: 1e30').value).toEqual({ seed: 9007199254740991, rate: 1e30 });
  expect(read('seed: ${S}', { S: '9007199254740993' }).errors).toEqual(['/seed must be integer']);
});

it('refuses variables whose names say that they are secret, and does not show what they hold', () => {
  for (const name of ['HF_TOKEN', 'AWS_SECRET_ACCESS', 'API_KEY', 'DB_PASSWORD', 'my_token']) {
    const [problem = ''] = problems(`root: "https://\${${name}:-x}@host"`, { [name]: 'hunter2' });
    expect(problem).toMatch(new RegExp(`^1:7 the variable ${name} is secret by its name`));
    expect(problem).not.toContain('hunter2');
  }
});

it.each(['${DATA', '${DATA-/data}', '${DATA:?unset}', '${DA TA}', '${A:-${B}}', 'x/${}'])('%s is no variable, and no folder of that name either', (text) => {
  const [problem = ''] = problems(`root: "${text}"`, { DATA: '/d', B: '/b' });
  expect(problem).toContain('is no variable, expected ${NAME} or ${NAME:-default}, without variables in the default; $${ stands for ${ itself');
});

it.each(['${DATA', '${A:-${B}}', '$${X}', 'a${', '$$${'])('a variable that holds %s is recorded so that it is read as that again', (value) => {
  const recorded = value.replaceAll('${', () => '$${');
  expect(read(`root: "${recorded}"`, {})).toEqual({ value: { root: value }, errors: [] });
});
