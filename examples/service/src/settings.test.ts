import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readSettings, settingsSchema } from './settings.ts';

it('has defaults for everything but the model', () => {
  expect(readSettings(undefined, { GRADALIGN__MODEL: '/m.onnx' })).toMatchObject({
    ...{ model: '/m.onnx', host: '127.0.0.1', port: 8080, queue: 16, uploads: 32, cropped: false, refuse: {} },
    limits: { pictureBytes: 10 * 2 ** 20, clipBytes: 32 * 2 ** 20, pixels: 16e6, clipSeconds: 30, clipFrames: 3600 },
    seconds: { receive: 30, judge: 20, start: 120, stop: 10 },
  });
});

it('leaves to the model how many frames of a clip count, unless somebody says it', () => {
  expect(readSettings(undefined, { GRADALIGN__MODEL: '/m.onnx' }).frames).toBeUndefined();
  expect(readSettings(undefined, { GRADALIGN__MODEL: '/m.onnx', GRADALIGN__FRAMES: '4' }).frames).toBe(4);
});

it.each([
  [{ GRADALIGN__RUNTIME: 'onnxruntime' }, /^GRADALIGN__RUNTIME:1:1 runtime: found text "onnxruntime", expected/],
  [{ GRADALIGN__PORT: '65536' }, 'GRADALIGN__PORT:1:1 port: found the number 65536, expected a number <= 65535'],
  [{ GRADALIGN__PROCESSES: '0' }, 'processes: found the number 0, expected a number >= 1'],
  [{ GRADALIGN__LIMITS__PIXELS: '400000000' }, 'limits.pixels: found the number 400000000, expected a number <= 134217728'],
  [{ GRADALIGN__REFUSE__SHARPNES: '3' }, "did you mean 'sharpness'?"],
  [{ GRADALIGN__CROPPED: 'yes' }, 'cropped: found text "yes", expected true or false'],
])('refuses %j', (variables, why) => {
  expect(() => readSettings(undefined, { GRADALIGN__MODEL: '/m.onnx', ...variables })).toThrow(why);
});

it('every setting stands in the README', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const names = (schema: object, before = ''): string[] =>
    Object.entries((schema as { properties: Record<string, object> }).properties).flatMap(([name, one]) =>
      'properties' in one ? names(one, `${before}${name}.`) : [`${before}${name}`],
    );
  expect(names(settingsSchema).filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
});
