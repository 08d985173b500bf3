import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSeed, encodeSafetensors, type Model, type ModelContext, readSafetensors, type StoredTensor } from '@gradalign/core';
import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Network } from '../define-network.ts';
import { loadWeights } from '../load-weights.ts';
import { mobilenetV2 } from '../mobilenet-v2.ts';
import { resnet18 } from '../resnet18.ts';
import { resnet34 } from '../resnet34.ts';
import { exportWeights, storedTensors } from './export-weights.ts';
import { importWeights } from './import-weights.ts';
import { weightsOfFile } from './weights-of-file.ts';
import { writeTorchFile } from './write-torch-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign-import-'));
const file = (name: string) => join(folder, name);
const random = createSeed(0).stream('weights');
const context: ModelContext = { image: { size: 64, channels: 3 }, logits: 2, random: (weight) => random.at(weight) };
const make = (network: Network, head: 'cosine' | 'linear' = 'linear') => network.create({ head, strict: true }, context) as Model;

/** The state dict of a MobileNetV2 with two classes. */
let mobile: Map<string, StoredTensor>;
beforeAll(async () => {
  await loadEngine();
  using model = make(mobilenetV2);
  exportWeights({ tensors: storedTensors(model.weights), output: file('mobile.safetensors') });
  mobile = new Map(Object.entries(readSafetensors(file('mobile.safetensors')).tensors));
});
afterAll(() => rmSync(folder, { recursive: true }));

const bytes = ({ buffer, byteOffset, byteLength }: Float32Array | Int32Array) => Buffer.from(buffer, byteOffset, byteLength);
const renamed = (rename: (name: string) => string) => new Map([...mobile].map(([name, tensor]) => [rename(name), tensor]));
const written = (name: string, tensors: ReadonlyMap<string, StoredTensor>) => {
  writeFileSync(file(name), writeTorchFile(tensors));
  return file(name);
};
const imported = (tensors: ReadonlyMap<string, StoredTensor>, options: object = {}) =>
  importWeights({ file: written('in.pth', tensors), output: file('out.safetensors'), ...options });

describe('import', () => {
  it('takes 260 tensors and the last layer, leaves 52 counters out, and a model loads the result strictly', () => {
    const result = imported(mobile);
    expect(result).toMatchObject({ network: 'mobilenet-v2', format: 'torch', prefix: '', missing: [], converted: [], classes: 2 });
    expect([result.taken.length, result.leftOut.length]).toEqual([262, 52]);
    using model = make(mobilenetV2);
    const before = model.weights.get('features/17/conv/1/0/kernel').dataSync().slice(0, 20);
    tf.tidy(() => model.weights.assign('features/17/conv/1/0/kernel', tf.zeros([3, 3, 1, 960])));
    expect(loadWeights(model.weights, file('out.safetensors'), { strict: true })).toEqual({ kept: [], skipped: [] });
    expect([...model.weights.get('features/17/conv/1/0/kernel').dataSync().slice(0, 20)]).toEqual([...before]);
  });

  it.each(['module.', 'model.backbone.', 'state_dict.module.encoder.'])('finds the prefix %s', (prefix) => {
    expect(imported(renamed((name) => prefix + name))).toMatchObject({ network: 'mobilenet-v2', prefix, classes: 2 });
  });

  it('finds a last layer of another name beside the backbone', () => {
    const result = imported(renamed((name) => (name.startsWith('classifier.') ? name.replace('classifier.1', 'head.fc') : `backbone.${name}`)));
    expect(result).toMatchObject({ prefix: 'backbone.', classes: 2 });
    expect(result.taken).toContain('head.fc.weight');
  });

  it('takes the layer on top of the network, not the one that the network still has', () => {
    const [kept, top] = [
      { shape: [1000, 1280], data: new Float32Array(1_280_000) },
      { shape: [1, 1280], data: new Float32Array(1280).fill(0.5) },
    ];
    const inside = renamed((name) => `state_dict.model.${name}`).set('state_dict.model.classifier.1.weight', kept);
    const result = imported(new Map([...inside, ['state_dict.fc.weight', top]]));
    expect(result).toMatchObject({ prefix: 'state_dict.model.', missing: [], classes: 1 });
    expect(result.taken).toContain('state_dict.fc.weight');
    expect(readSafetensors(file('out.safetensors')).tensors['classifier.1.weight']?.data[0]).toBe(0.5);
    expect(readSafetensors(file('out.safetensors')).tensors['classifier.1.bias']).toBeUndefined();
  });

  it('without a last layer it says so', () => {
    const rest = new Map([...mobile].filter(([name]) => !name.startsWith('classifier')));
    expect(imported(rest)).toMatchObject({ missing: ['classifier.1.weight'] });
  });

  it('a file with the network twice needs --prefix', () => {
    const twice = new Map([...renamed((name) => `student.${name}`), ...renamed((name) => `teacher.${name}`)]);
    expect(() => imported(twice)).toThrow(/it holds mobilenet-v2 2 times, expected --prefix (student|teacher)\. or --prefix (student|teacher)\./);
    expect(imported(twice, { prefix: 'teacher' })).toMatchObject({ prefix: 'teacher.' });
  });

  it('refuses what is not whole, not finite or another network, and leaves what was there', () => {
    writeFileSync(file('out.safetensors'), 'before');
    const without = new Map([...mobile].filter(([name]) => name !== 'features.3.conv.2.weight'));
    expect(() => imported(without)).toThrow(/it lacks features\.3\.conv\.2\.weight, expected the weights of mobilenet-v2/);
    const misshapen = new Map(mobile).set('features.0.1.weight', { shape: [16], data: new Float32Array(16) });
    expect(() => imported(misshapen)).toThrow(/features\.0\.1\.weight has shape \[16\]/);
    const broken = new Map(mobile).set('features.0.1.weight', { shape: [32], data: new Float32Array(32).fill(Number.NaN, 30) });
    expect(() => imported(broken)).toThrow(/2 of the 32 values of features\.0\.1\.weight are NaN or infinite/);
    expect(() => imported(mobile, { network: 'resnet18' })).toThrow(
      /it holds the weights of mobilenet-v2, expected the weights of resnet18: --for mobilenet-v2 takes them/,
    );
    expect(() => imported(new Map([['vgg.0.weight', { shape: [1], data: Float32Array.of(1) }]]))).toThrow(
      /its 1 tensors belong to another network: vgg\.0\.weight/,
    );
    expect(() => imported(mobile, { network: 'resnet19' })).toThrow(/there is no network 'resnet19', expected one of .*did you mean 'resnet18'/);
    expect(() => imported(mobile, { prefix: 'nothing.' })).toThrow(/under 'nothing\.'/);
    expect(readFileSync(file('out.safetensors'), 'utf8')).toBe('before');
  });

  it('tells a ResNet-34 from a ResNet-18, all of whose names it has', { timeout: 120_000 }, () => {
    const constant = { ...random.at('any'), normal: () => 0.1, uniform: () => 0.1 };
    using model = resnet34.create({ head: 'cosine', strict: true }, { ...context, random: () => constant }) as Model;
    exportWeights({ tensors: storedTensors(model.weights), output: file('34.pth') });
    expect(importWeights({ file: file('34.pth'), output: file('out.safetensors') }).network).toBe('resnet34');
    expect(() => importWeights({ file: file('34.pth'), output: file('out.safetensors'), network: 'resnet18' })).toThrow(
      /it holds the weights of resnet34, expected those of resnet18/,
    );
  });
});

describe('export', () => {
  it('and import give the same bytes, as .pth and .safetensors', () => {
    using model = make(mobilenetV2);
    const tensors = storedTensors(model.weights);
    for (const output of [file('a.pth'), file('a.safetensors')]) {
      exportWeights({ tensors, output });
      importWeights({ file: output, output: file('back.safetensors') });
      const back = weightsOfFile(file('back.safetensors'));
      expect([...back.keys()].sort()).toEqual([...tensors.keys()].sort());
      for (const [name, { shape, data }] of tensors) {
        expect(back.get(name)?.shape, name).toEqual(shape);
        expect(Buffer.compare(bytes(back.get(name)?.data as Float32Array), bytes(data)), name).toBe(0);
      }
    }
  });

  it('refuses other endings, and folders that are not there', () => {
    expect(() => exportWeights({ tensors: new Map(), output: file('x.onnx') })).toThrow(/it ends with \.onnx, expected \.pth, \.pt or \.safetensors/);
    expect(() => exportWeights({ tensors: new Map(), output: file('none/x.pth') })).toThrow(/its folder does not exist/);
    expect(existsSync(file('none'))).toBe(false);
  });
});

const python = process.env['GRADALIGN_PYTHON'];
const hasTorch = python !== undefined && spawnSync(python, ['-c', 'import torch, torchvision']).status === 0;
if (!hasTorch) console.log('skipped with PyTorch: GRADALIGN_PYTHON names no Python with torch and torchvision');

describe.skipIf(!hasTorch)('with PyTorch', () => {
  const inPython = (script: string) => {
    const { status, stdout, stderr } = spawnSync(python as string, ['-W', 'ignore', '-c', script], { encoding: 'utf8', cwd: folder });
    expect(status, stderr).toBe(0);
    return stdout.trim();
  };

  it.each([
    { network: mobilenetV2, make: 'mobilenet_v2', head: 'classifier[1]' },
    { network: resnet18, make: 'resnet18', head: 'fc' },
  ])('load_state_dict(strict=True) takes $make, and its features and logits agree to 1e-4', { timeout: 300_000 }, ({ network, make: function_, head }) => {
    using model = make(network);
    exportWeights({ tensors: storedTensors(model.weights), output: file('export.pth') });
    const values = Float32Array.from({ length: 2 * 64 * 64 * 3 }, (_, i) => Math.sin(i * 0.37));
    writeFileSync(file('images.bin'), Buffer.from(values.buffer));
    const printed = inPython(`
import torch, torchvision, numpy
m = torchvision.models.${function_}(weights=None)
m.${head} = torch.nn.Linear(m.${head}.in_features, 2)
m.load_state_dict(torch.load('export.pth', weights_only=True), strict=True)
x = torch.from_numpy(numpy.fromfile('images.bin', dtype='float32').reshape(2, 64, 64, 3)).permute(0, 3, 1, 2)
with torch.no_grad(): print(*m.eval()(x).flatten().tolist())`);
    const expected = printed.split(' ').map(Number);
    const got = tf.tidy(() => [...model.apply(tf.tensor4d(values, [2, 64, 64, 3]), { training: false }).logits.dataSync()]);
    const largest = Math.max(...expected.map(Math.abs));
    for (const [i, value] of got.entries()) expect(Math.abs(value - (expected[i] as number)) / largest).toBeLessThan(1e-4);
  });

  it('reads what torch.save writes: zip and legacy, half precision, bfloat16, channels last, wrapped', { timeout: 300_000 }, () => {
    inPython(`
import torch, torchvision
m = torchvision.models.mobilenet_v2(weights=None); sd = m.state_dict(); first = sd['features.0.0.weight']
torch.save(sd, 'zip.pth'); torch.save(sd, 'legacy.pth', _use_new_zipfile_serialization=False)
cast = lambda t: {k: v.to(t) if v.is_floating_point() else v for k, v in sd.items()}
torch.save(cast(torch.float16), 'half.pth'); torch.save(cast(torch.bfloat16), 'brain.pth')
torch.save(m.to(memory_format=torch.channels_last).state_dict(), 'last.pth')
torch.save({'epoch': 3, 'state_dict': {'module.' + k: v for k, v in sd.items()}, 'optimizer': torch.optim.SGD(m.parameters(), lr=1).state_dict()}, 'wrapped.pth')
torch.save(m, 'model.pth')
first.detach().contiguous().numpy().tofile('first.bin')`);
    const first = new Float32Array(readFileSync(file('first.bin')).buffer.slice(0));
    for (const [name, tolerance] of [
      ['zip', 0],
      ['legacy', 0],
      ['last', 0],
      ['wrapped', 0],
      ['half', 1e-3],
      ['brain', 1e-2],
    ] as const) {
      importWeights({ file: file(`${name}.pth`), output: file('out.safetensors'), network: 'mobilenet-v2' });
      const { data } = readSafetensors(file('out.safetensors')).tensors['features.0.0.weight'] as StoredTensor;
      const off = Array.from(data).reduce((most, value, i) => Math.max(most, Math.abs(value - (first[i] as number))), 0);
      expect(off, name).toBeLessThanOrEqual(tolerance);
    }
    expect(() => importWeights({ file: file('model.pth'), output: file('out.safetensors') })).toThrow(
      /it asks for torchvision\.models\.mobilenetv2\.MobileNetV2/,
    );
  });
});

it('a file of safetensors that was exported for PyTorch is found too', () => {
  writeFileSync(file('plain.safetensors'), encodeSafetensors(Object.fromEntries(mobile)));
  expect(importWeights({ file: file('plain.safetensors'), output: file('out.safetensors') })).toMatchObject({ format: 'safetensors', classes: 2 });
});
