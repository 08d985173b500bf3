import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Type } from '@sinclair/typebox';
import { afterAll, expect, it } from 'vitest';
import { loadSettings } from './load-settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign settings-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'door.yaml');

const schema = Type.Object(
  {
    model: Type.String({ minLength: 1 }),
    port: Type.Integer({ minimum: 0, maximum: 65535, default: 8080 }),
    limits: Type.Object({ clipSeconds: Type.Number({ exclusiveMinimum: 0, default: 30 }) }, { additionalProperties: false, default: {} }),
  },
  { additionalProperties: false },
);

const load = (text: string | undefined, env: Record<string, string> = {}) => {
  if (text !== undefined) writeFileSync(file, text);
  return loadSettings(schema, { file: text === undefined ? undefined : file, env, prefix: 'DOOR__', paths: ['model'] });
};

it('a variable overrides the file, which overrides the default; paths are relative to where they are written', () => {
  expect(load('model: a/m.onnx\nport: 80\n')).toEqual({ model: join(folder, 'a/m.onnx'), port: 80, limits: { clipSeconds: 30 } });
  expect(load('model: m.onnx\nlimits: { clipSeconds: 5 }\n', { DOOR__PORT: '81', DOOR__LIMITS__CLIP_SECONDS: '2.5', DOOR_PORT: 'tcp://1.2.3.4' })).toEqual({
    model: join(folder, 'm.onnx'),
    port: 81,
    limits: { clipSeconds: 2.5 },
  });
  expect(load(undefined, { DOOR__MODEL: 'm.onnx', DOOR__PORT: '' })).toEqual({ model: resolve('m.onnx'), port: 8080, limits: { clipSeconds: 30 } });
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as a file has it
  expect(load('model: ${AT:-m.onnx}\n', { AT: '/x.onnx' })).toMatchObject({ model: '/x.onnx' });
});

it.each([
  [undefined, {}, "environment:1:1 'model' is missing"],
  [undefined, { DOOR__PORT: '80' }, "environment:1:1 'model' is missing"],
  ['prot: 80\n', {}, /door.yaml:1:1 'model' is missing[\s\S]*door.yaml:1:1 prot: 'prot' is not known here.*did you mean 'port'/],
  ['model: m\nport: 99999\n', {}, /door.yaml:2:7 port: found the number 99999, expected a number <= 65535/],
  ['model: m\n', { DOOR__PORT: 'eighty' }, 'DOOR__PORT:1:1 port: found text "eighty", expected a whole number'],
  ['model: m\n', { DOOR__LIMIT__CLIP_SECONDS: '1' }, "DOOR__LIMIT__CLIP_SECONDS:1:1 limit: 'limit' is not known here"],
  [
    'model: m\nlimits: 3\n',
    { DOOR__LIMITS__CLIP_SECONDS: '0' },
    'DOOR__LIMITS__CLIP_SECONDS:1:1 limits.clipSeconds: found the number 0, expected a number > 0',
  ],
  ['model: [', {}, /door.yaml:\d+:\d+ this is not valid YAML/],
])('refuses %j with %j', (text, env, why) => {
  expect(() => load(text, env as Record<string, string>)).toThrow(why);
});

it('a file that is not there has exit code 2', () => {
  expect(() => loadSettings(schema, { file: join(folder, 'none.yaml'), env: {}, prefix: 'DOOR__' })).toThrow(expect.objectContaining({ exitCode: 2 }));
});
