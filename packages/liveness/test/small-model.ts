import type { ModelMetadata } from '@gradalign/model-format';

/** What the metadata of the small model say; parts can be replaced. */
export const smallMetadata: ModelMetadata = {
  format: 1,
  image: { size: 8, channels: 3, interpolation: 'bilinear' },
  preparation: null,
  classes: ['attack', 'live'],
  scale: 'logit',
  logitScale: 1,
  calibration: null,
  decision: null,
  thresholds: { image: { value: 0, from: 'a test' }, video: { value: 20, from: 'a test' } },
  aggregate: 'mean',
  curve: null,
  training: { domains: { a: 1 }, model: 'mean', method: 'none', seed: 0 },
  run: { fingerprint: null, checkpoint: 'final', weights: 'raw' },
  versions: {},
  license: null,
  check: { done: false },
};

/**
 * An ONNX model on inputs [n, size, size, 3]: its logit is the mean of all values minus 128, so that bright pictures are live.
 *
 * @param weights [size, size, 3], which the values are multiplied by before
 */
export function smallModel(metadata: object = smallMetadata, size = 8, weights: Float32Array = new Float32Array(size * size * 3).fill(1)): Uint8Array {
  const shape = [size, size, 3].map((side) => number(1, side));
  const graph = bytes(
    field(1, node('Mul', ['image', 'weights'], 'weighted')),
    field(1, node('ReduceMean', ['weighted'], 'mean', [attribute('axes', [1, 2, 3]), attribute('keepdims', 0)])),
    field(1, node('Sub', ['mean', 'middle'], 'logit')),
    field(1, node('Sigmoid', ['logit'], 'probability')),
    field(2, text('small')),
    field(5, bytes(number(2, 1), field(8, text('middle')), field(9, new Uint8Array(Float32Array.of(128).buffer)))),
    field(5, bytes(...shape, number(2, 1), field(8, text('weights')), field(9, new Uint8Array(weights.buffer)))),
    field(11, value('image', [text('n'), size, size, 3])),
    field(12, value('logit', [text('n')])),
    field(12, value('probability', [text('n')])),
  );
  const property = bytes(field(1, text('gradalign')), field(2, text(JSON.stringify(metadata))));
  return bytes(number(1, 8), field(8, number(2, 13)), field(7, graph), field(14, property));
}

function node(operation: string, inputs: readonly string[], output: string, attributes: readonly Uint8Array[] = []): Uint8Array {
  return bytes(...inputs.map((name) => field(1, text(name))), field(2, text(output)), field(4, text(operation)), ...attributes.map((one) => field(5, one)));
}

function attribute(name: string, value: number | readonly number[]): Uint8Array {
  const given = typeof value === 'number' ? [number(3, value), number(20, 2)] : [...value.map((one) => number(8, one)), number(20, 7)];
  return bytes(field(1, text(name)), ...given);
}

function value(name: string, shape: readonly (number | Uint8Array)[]): Uint8Array {
  const dims = shape.map((side) => field(1, typeof side === 'number' ? number(1, side) : field(2, side)));
  return bytes(field(1, text(name)), field(2, field(1, bytes(number(1, 1), field(2, bytes(...dims))))));
}

// Protobuf: a field is a tag, then a number, or a length with so many bytes.
function number(id: number, value: number): Uint8Array {
  return bytes(varint(8 * id), varint(value));
}

function field(id: number, content: Uint8Array): Uint8Array {
  return bytes(varint(8 * id + 2), varint(content.length), content);
}

function varint(value: number): Uint8Array {
  const digits: number[] = [];
  for (let rest = value; ; rest >>= 7) {
    digits.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
    if (rest <= 0x7f) return Uint8Array.from(digits);
  }
}

function text(of: string): Uint8Array {
  return new TextEncoder().encode(of);
}

function bytes(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
