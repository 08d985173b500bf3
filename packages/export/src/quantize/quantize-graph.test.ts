import { expect, it } from 'vitest';
import type { OnnxGraph } from '../onnx/onnx-graph.ts';
import { quantizedTensors, quantizeGraph } from './quantize-graph.ts';

/** image -> Conv (2 outputs of 1 x 1, kernels 1 and -0.5, bias 3 and 0) -> Relu -> out */
const graph: OnnxGraph = {
  inputs: [{ name: 'image', shape: ['n', 1, 4, 4] }],
  outputs: [{ name: 'out', shape: ['n', 2, 4, 4] }],
  nodes: [
    { op: 'Conv', name: 'conv', inputs: ['image', 'kernel', 'bias'], outputs: ['map'], attributes: {} },
    { op: 'Relu', name: 'relu', inputs: ['map'], outputs: ['active'], attributes: {} },
    { op: 'Identity', name: 'last', inputs: ['active'], outputs: ['out'], attributes: {} },
  ],
  constants: new Map([
    ['kernel', { shape: [2, 1, 1, 1], data: Float32Array.of(1, -0.5) }],
    ['bias', { shape: [2], data: Float32Array.of(3, 0) }],
  ]),
};

it('rounds what a convolution reads, and what comes out behind its activation', () => {
  expect(quantizedTensors(graph)).toEqual(['image', 'active']);
});

// image in -1..4: 255 steps of 5/255, 0 at step 51. Kernels: scales 1/127 and 0.5/127. Bias 3 at 5/255/127: 3 * 255 * 127 / 5 = 19,431.
it('has int8 kernels by channel, uint8 activations in which 0 is exact, int32 biases', () => {
  const { constants, nodes } = quantizeGraph(graph, { image: [-1, 4], active: [0, 5] });
  expect(constants.get('kernel/int8')?.data).toEqual(Int8Array.of(127, -127));
  expect(constants.get('kernel/scale')?.data).toEqual(Float32Array.of(1 / 127, 0.5 / 127));
  expect(constants.get('image/zero')?.data).toEqual(Uint8Array.of(51));
  expect(constants.get('bias/int32')?.data).toEqual(Int32Array.of(19_431, 0));
  expect(constants.has('kernel')).toBe(false);
  expect(nodes.map(({ op }) => op)).toEqual([
    'QuantizeLinear',
    'DequantizeLinear',
    'DequantizeLinear',
    'DequantizeLinear',
    'Conv',
    'Relu',
    'QuantizeLinear',
    'DequantizeLinear',
    'Identity',
  ]);
  expect(nodes.find(({ op }) => op === 'Conv')?.inputs).toEqual(['image/rounded', 'kernel/rounded', 'bias/rounded']);
});
