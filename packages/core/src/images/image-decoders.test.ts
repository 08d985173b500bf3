import { expect, test } from 'vitest';
import { imageDecoders } from './image-decoders.ts';

test('the decoders are told with their versions', async () => {
  const { sharp, libvips, jpeg } = await imageDecoders();
  expect(sharp).toMatch(/^\d+\.\d+\.\d+/);
  expect(libvips).toMatch(/^\d+\.\d+/);
  expect(jpeg).toMatch(/^(@napi-rs\/image \d+\.\d+\.\d+|sharp)$/);
});
