import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { encodeSafetensors } from '@gradalign/core';
import { afterAll, describe, expect, it } from 'vitest';
import { readWeightFile } from './read-weight-file.ts';
import { writeTorchFile } from './write-torch-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign-weight-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function read(content: Uint8Array) {
  const file = join(folder, `${++files}.bin`);
  writeFileSync(file, content);
  return readWeightFile(file);
}

// pickles, by hand: codes as in Python's pickletools
const text = (value: string) => Buffer.concat([Buffer.from('X'), uint32(value.length), Buffer.from(value)]);
const global = (path: string) => Buffer.from(`c${path.slice(0, path.lastIndexOf('.'))}\n${path.slice(path.lastIndexOf('.') + 1)}\n`);
const int = (value: number) => Buffer.concat([Buffer.from('J'), uint32(value)]);
const code = (...bytes: number[]) => Buffer.from(bytes);
const ints = (values: readonly number[]) => Buffer.concat([code(0x28), ...values.map(int), code(0x74)]);
const storage = (type: string, key: string, count: number) =>
  Buffer.concat([code(0x28), text('storage'), global(`torch.${type}`), text(key), text('cpu'), int(count), code(0x74, 0x51)]);
const tensor = (of: Buffer, offset: number, shape: readonly number[], strides: readonly number[]) =>
  Buffer.concat([
    global('torch._utils._rebuild_tensor_v2'),
    code(0x28),
    of,
    int(offset),
    ints(shape),
    ints(strides),
    code(0x89),
    global('collections.OrderedDict'),
    code(0x29, 0x52, 0x74, 0x52),
  ]);
const dict = (entries: Readonly<Record<string, Buffer>>) =>
  Buffer.concat([code(0x7d, 0x28), ...Object.entries(entries).flatMap(([key, value]) => [text(key), value]), code(0x75)]);
const pickle = (...parts: Buffer[]) => Buffer.concat([code(0x80, 2), ...parts, code(0x2e)]);

interface Member {
  readonly content: Buffer;
  readonly method?: number;
  readonly size?: number;
}

function zip(members: Readonly<Record<string, Member>>, count = Object.keys(members).length): Buffer {
  const [out, directory]: [Buffer[], Buffer[]] = [[], []];
  let at = 0;
  for (const [path, { content, method = 0, size = content.length }] of Object.entries(members)) {
    const packed = method === 8 ? deflateRawSync(content) : content;
    const common = [uint16(0), uint16(method), uint32(0), uint32(crc32(content)), uint32(packed.length), uint32(size), uint16(path.length)];
    directory.push(uint32(0x02014b50), uint32(0x140014), ...common, uint16(0), uint16(0), uint16(0), uint16(0), uint32(0), uint32(at), Buffer.from(path));
    const local = Buffer.concat([uint32(0x04034b50), uint16(20), ...common, uint16(0), Buffer.from(path), packed]);
    out.push(local);
    at += local.length;
  }
  const entries = Buffer.concat(directory);
  return Buffer.concat([...out, entries, uint32(0x06054b50), uint32(0), uint16(count), uint16(count), uint32(entries.length), uint32(at), uint16(0)]);
}

function uint16(value: number): Buffer {
  const out = Buffer.alloc(2);
  out.writeUInt16LE(value);
  return out;
}

function uint32(value: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeUInt32LE(value >>> 0);
  return out;
}

const torch = (pickled: Buffer, storages: Readonly<Record<string, Buffer>> = {}) =>
  zip({
    'x/data.pkl': { content: pickled },
    ...Object.fromEntries(Object.entries(storages).map(([key, content]) => [`x/data/${key}`, { content }])),
  });

const floats = (...values: number[]) => Buffer.from(Float32Array.from(values).buffer);

/** The format before PyTorch 1.6. */
function legacy(value: Buffer, storages: Readonly<Record<string, { readonly count: number; readonly content: Buffer }>>): Buffer {
  const magic = Buffer.concat([code(0x80, 2, 0x8a, 10), Buffer.from('6cfc9c46f9206aa85019', 'hex'), code(0x2e)]);
  const keys = pickle(code(0x5d, 0x28), ...Object.keys(storages).map(text), code(0x65));
  const data = Object.values(storages).map(({ count, content }) => {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(count));
    return Buffer.concat([length, content]);
  });
  return Buffer.concat([magic, pickle(int(1001)), pickle(dict({ little_endian: code(0x88) })), value, keys, ...data]);
}

describe('reads', () => {
  it('what this package writes, float32 and counters', () => {
    const { format, tensors } = read(
      writeTorchFile(
        new Map([
          ['a.weight', { shape: [2, 2], data: Float32Array.of(1, -2, 3.5, 4) }],
          ['a.count', { shape: [], data: Int32Array.of(7) }],
        ]),
      ),
    );
    expect(format).toBe('torch');
    expect([...tensors].map(([name, { shape, type, values }]) => [name, shape, type.name, [...values()]])).toEqual([
      ['a.weight', [2, 2], 'float32', [1, -2, 3.5, 4]],
      ['a.count', [], 'int64', [7]],
    ]);
  });

  it('views: an offset, and a transposed matrix', () => {
    const file = torch(
      pickle(dict({ part: tensor(storage('FloatStorage', '0', 6), 4, [2], [1]), turned: tensor(storage('FloatStorage', '0', 6), 0, [3, 2], [1, 3]) })),
      { 0: floats(1, 2, 3, 4, 5, 6) },
    );
    const { tensors } = read(file);
    expect([...(tensors.get('part')?.values() ?? [])]).toEqual([5, 6]);
    expect([...(tensors.get('turned')?.values() ?? [])]).toEqual([1, 4, 2, 5, 3, 6]);
  });

  it('half precision and bfloat16: 1, -2, 1.5', () => {
    const bits = (...values: number[]) => Buffer.concat(values.map(uint16));
    const file = torch(
      pickle(dict({ half: tensor(storage('HalfStorage', '0', 3), 0, [3], [1]), brain: tensor(storage('BFloat16Storage', '1', 3), 0, [3], [1]) })),
      {
        0: bits(0x3c00, 0xc000, 0x3e00),
        1: bits(0x3f80, 0xc000, 0x3fc0),
      },
    );
    const { tensors } = read(file);
    for (const name of ['half', 'brain']) expect([...(tensors.get(name)?.values() ?? [])]).toEqual([1, -2, 1.5]);
  });

  it('the format before PyTorch 1.6', () => {
    const file = legacy(pickle(dict({ w: tensor(Buffer.concat([storage('FloatStorage', 'k', 2)]), 0, [2], [1]) })), { k: { count: 2, content: floats(8, 9) } });
    expect([...(read(file).tensors.get('w')?.values() ?? [])]).toEqual([8, 9]);
  });

  it('the tensors of a checkpoint whose optimizer, scheduler, arguments and figures lie beside them', () => {
    const w = tensor(storage('FloatStorage', '0', 2), 0, [2], [1]);
    const object = (path: string, state: Buffer) => Buffer.concat([global(path), code(0x29, 0x81), state, code(0x62)]);
    const sgd = object('torch.optim.sgd.SGD', dict({ param_groups: Buffer.concat([code(0x5d), w, code(0x61)]) }));
    const type = Buffer.concat([global('numpy.dtype'), text('f8'), code(0x89, 0x88, 0x87, 0x52, 0x28), int(3), text('<'), code(0x74, 0x62)]);
    const latin = Buffer.concat([global('_codecs.encode'), text('8 bytes '), text('latin1'), code(0x86, 0x52)]);
    const file = torch(
      pickle(
        dict({
          epoch: int(3),
          state_dict: dict({ w }),
          scheduler: object('torch.optim.lr_scheduler.StepLR', dict({ step_size: int(40), optimizer: sgd })),
          args: object('easydict.EasyDict', dict({ lr: int(1) })),
          more: object('argparse.Namespace', dict({ lr: int(1) })),
          hter: Buffer.concat([global('numpy.core.multiarray.scalar'), type, latin, code(0x86, 0x52)]),
          seen: Buffer.concat([global('collections.defaultdict'), global('__builtin__.list'), code(0x85, 0x52), text('a'), dict({ v: w }), code(0x73)]),
        }),
      ),
      { 0: floats(1, 2) },
    );
    const { tensors } = read(file);
    expect([...tensors.keys()]).toEqual(['state_dict.w', 'seen.a.v']);
    expect([...(tensors.get('state_dict.w')?.values() ?? [])]).toEqual([1, 2]);
  });

  it('NumPy archives, by rows and by columns, packed and not', () => {
    const npy = (order: string, values: Buffer) => {
      const header = `{'descr': '<f4', 'fortran_order': ${order}, 'shape': (2, 2), }\n`;
      return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), uint16(header.length), Buffer.from(header), values]);
    };
    const { format, tensors } = read(
      zip({ 'a.npy': { content: npy('False', floats(1, 2, 3, 4)) }, 'b.npy': { content: npy('True', floats(1, 3, 2, 4)), method: 8 } }),
    );
    expect(format).toBe('npz');
    for (const name of ['a', 'b']) expect([...(tensors.get(name)?.values() ?? [])]).toEqual([1, 2, 3, 4]);
  });

  it('NumPy archives with a text beside the numbers; big-endian numbers are refused', () => {
    const npy = (type: string, content: Buffer) => {
      const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${type === '<U2' ? '' : '1,'}), }\n`;
      return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), uint16(header.length), Buffer.from(header), content]);
    };
    const name = { content: npy('<U2', Buffer.from('a\0\0\0b\0\0\0')) };
    const { tensors } = read(zip({ 'name.npy': name, 'w.npy': { content: npy('<f4', floats(4)) } }));
    expect([...tensors.keys(), ...(tensors.get('w')?.values() ?? [])]).toEqual(['name', 'w', 4]);
    expect(() => tensors.get('name')?.values()).toThrow(/name\.npy has the type <U2, which is not read here/);
    expect(() => read(zip({ 'w.npy': { content: npy('>f4', floats(4)) } }))).toThrow(/w\.npy has the type >f4, which is not read here/);
  });

  it('safetensors, whatever the file is called', () => {
    expect(read(encodeSafetensors({ w: { shape: [1], data: Float32Array.of(3) } })).format).toBe('safetensors');
  });
});

/** A list of two times a list of two times ... an empty list: as text it has 2^depth parts. */
const doubled = (depth: number) => [code(0x5d), ...Array.from({ length: depth }, () => code(0x71, 0, 0x30, 0x5d, 0x28, 0x68, 0, 0x68, 0, 0x65))];

it('a file that appends to its empty tuple leaves that of the next file empty', () => {
  // torch.Size is called with the tuple: were it shared, the shape would have one side more.
  const scalar = () => torch(pickle(dict({ w: tensor(storage('FloatStorage', '0', 1), 0, [], []) })), { 0: floats(7) });
  read(torch(pickle(code(0x29), int(5), code(0x61))));
  expect([...(read(scalar()).tensors.get('w')?.values() ?? [])]).toEqual([7]);
  const empty = Buffer.concat([global('torch._utils._rebuild_tensor_v2'), code(0x28), storage('FloatStorage', '0', 1), int(0), code(0x29, 0x29, 0x89)]);
  const tuple = torch(pickle(dict({ w: Buffer.concat([empty, global('collections.OrderedDict'), code(0x29, 0x52, 0x74, 0x52)]) })), { 0: floats(7) });
  expect(read(tuple).tensors.get('w')?.shape).toEqual([]);
});

describe('refuses', () => {
  const fine = tensor(storage('FloatStorage', '0', 2), 0, [2], [1]);
  const whole = torch(pickle(dict({ w: fine })), { 0: floats(1, 2) });
  const cases: { what: string; file: Buffer; says: RegExp }[] = [
    {
      what: 'a pickle that calls os.system',
      file: torch(pickle(global('os.system'), text('touch owned'), code(0x85, 0x52))),
      says: /it asks for os\.system, which is no tensor/,
    },
    { what: 'one that names it by STACK_GLOBAL', file: torch(pickle(text('posix'), text('system'), code(0x93))), says: /it asks for posix\.system/ },
    { what: 'one that calls eval', file: torch(pickle(global('builtins.eval'), text('1'), code(0x85, 0x52))), says: /builtins\.eval/ },
    { what: 'an object of any class', file: torch(pickle(code(0x29, 0x81))), says: /opcode NEWOBJ/ },
    { what: 'an object of a class that is called for tensors', file: torch(pickle(global('torch.Size'), code(0x29, 0x81))), says: /opcode NEWOBJ/ },
    { what: 'a function in the place of an optimizer', file: torch(pickle(global('torch.optim.sgd.system'))), says: /asks for torch\.optim\.sgd\.system/ },
    {
      what: 'one by a way through an optimizer',
      file: torch(pickle(text('torch.optim.sgd'), text('SGD.__init__.__globals__'), code(0x93))),
      says: /asks for torch\.optim\.sgd\.SGD\.__init__\.__globals__/,
    },
    { what: 'protocol 0', file: torch(pickle(Buffer.from('p0\n'))), says: /opcode PUT/ },
    { what: 'INST', file: torch(pickle(code(0x28, 0x69))), says: /opcode INST/ },
    { what: 'an extension registry', file: torch(pickle(code(0x82, 1))), says: /opcode EXT1/ },
    { what: 'a whole model', file: torch(pickle(global('torchvision.models.resnet.ResNet'), code(0x29, 0x81))), says: /torchvision\.models\.resnet\.ResNet/ },
    { what: 'a pickle alone that calls', file: pickle(global('os.system'), text('x'), code(0x85, 0x52)), says: /os\.system/ },
    {
      what: 'a global named by a list that holds itself twice, 40 times over',
      file: torch(pickle(...doubled(40), text('system'), code(0x93))),
      says: /names a global by what is no text/,
    },
    {
      what: 'a key that is such a list',
      file: torch(pickle(code(0x7d), ...doubled(40), tensor(storage('FloatStorage', '0', 2), 0, [2], [1]), code(0x73)), { 0: floats(1, 2) }),
      says: /a key of its dicts is neither a text nor a number/,
    },
    { what: 'another pickle', file: pickle(int(5)), says: /a pickle, but not of torch\.save/ },
    { what: 'lists nested 10,000 deep', file: torch(pickle(...nested(10_000))), says: /nested more than 32 deep/ },
    { what: 'a text of 4 GB', file: torch(pickle(Buffer.concat([Buffer.from('X'), uint32(0xffffffff)]))), says: /its pickle is cut off/ },
    {
      what: 'a storage of terabytes',
      file: torch(pickle(dict({ w: tensor(storage('FloatStorage', '0', 2 ** 31 - 1), 0, [2], [1]) })), { 0: floats(1, 2) }),
      says: /storage 0 has 8 bytes, 8589934588 are said/,
    },
    {
      what: 'a tensor of terabytes',
      file: torch(pickle(dict({ w: tensor(storage('FloatStorage', '0', 2), 0, [1e6, 1e6, 1e3], [0, 0, 0]) })), { 0: floats(1, 2) }),
      says: /needs 1000000000000000 numbers, storage 0 has 2/,
    },
    {
      what: 'a shape past all numbers',
      file: torch(pickle(dict({ w: tensor(storage('FloatStorage', '0', 2), 0, [2e9, 2e9, 2e9], [0, 0, 0]) })), { 0: floats(1, 2) }),
      says: /makes a tensor of the wrong things/,
    },
    {
      what: 'a negative shape',
      file: torch(pickle(dict({ w: tensor(storage('FloatStorage', '0', 2), 0, [-2], [1]) })), { 0: floats(1, 2) }),
      says: /makes a tensor of the wrong things/,
    },
    {
      what: 'a tensor past the end of its storage',
      file: torch(pickle(dict({ w: tensor(storage('FloatStorage', '0', 2), 1, [2], [1]) })), { 0: floats(1, 2) }),
      says: /needs 3 numbers, storage 0 has 2/,
    },
    { what: 'a storage that is not there', file: torch(pickle(dict({ w: fine }))), says: /no storage 0/ },
    {
      what: 'a storage of an unknown type',
      file: torch(pickle(dict({ w: tensor(storage('QInt8Storage', '0', 2), 0, [2], [1]) })), { 0: floats(1, 2) }),
      says: /torch\.QInt8Storage/,
    },
    { what: 'a value from the memo that was never stored', file: torch(pickle(code(0x68, 9))), says: /recalls value 9/ },
    { what: 'a stack that is empty', file: torch(pickle(code(0x30))), says: /takes a value where there is none/ },
    { what: 'a mark that was never set', file: torch(pickle(code(0x74))), says: /a mark that was never set/ },
    {
      what: 'items set on a tensor',
      file: torch(pickle(dict({ w: fine }), code(0x30), fine, int(1), int(2), code(0x73)), { 0: floats(1, 2) }),
      says: /what is no dict/,
    },
    { what: 'a pickle without an end', file: torch(code(0x80, 2, 0x7d)), says: /its pickle is cut off/ },
    { what: 'a file that is cut off', file: whole.subarray(0, whole.length - 30), says: /cut off|lies beyond/ },
    {
      what: 'a legacy file that is cut off',
      file: legacy(pickle(dict({ w: tensor(storage('FloatStorage', 'k', 2), 0, [2], [1]) })), { k: { count: 2, content: floats(8) } }),
      says: /the data of storage k is cut off/,
    },
    { what: 'a damaged byte', file: damaged(whole, whole.indexOf(floats(1, 2))), says: /checksum of its member x\/data\/0 is wrong/ },
    { what: 'a zip bomb', file: zip({ 'x/data.pkl': { content: Buffer.alloc(20_000_000), method: 8 } }), says: /would unpack to 20000000/ },
    {
      what: 'one that lies about its size',
      file: zip({ 'x/data.pkl': { content: Buffer.alloc(2_000_000), method: 8, size: 100 } }),
      says: /does not unpack to 100 bytes/,
    },
    { what: 'members that overlap', file: overlapping(), says: /overlaps the one before/ },
    {
      what: 'a directory with fewer members than it says',
      file: zip({ 'x/data.pkl': { content: pickle(int(1)) } }, 3),
      says: /its directory ends after 1 of 3/,
    },
    { what: 'an archive of something else', file: zip({ 'readme.txt': { content: Buffer.from('hello') } }), says: /an archive without data\.pkl/ },
    {
      what: 'arrays of objects',
      file: zip({
        'a.npy': {
          content: Buffer.concat([
            Buffer.from('\x93NUMPY\x01\x00', 'latin1'),
            uint16(60),
            Buffer.from("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }".padEnd(60)),
          ]),
        },
      }),
      says: /has the type \|O/,
    },
    {
      what: 'an array that claims terabytes',
      file: zip({
        'a.npy': {
          content: Buffer.concat([
            Buffer.from('\x93NUMPY\x01\x00', 'latin1'),
            uint16(80),
            Buffer.from("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000, 1000000), }".padEnd(80)),
          ]),
        },
      }),
      says: /of shape \[1000000, 1000000\] has 0 bytes of data/,
    },
    {
      what: 'big-endian numbers',
      file: zip({ 'x/data.pkl': { content: pickle(int(1)) }, 'x/byteorder': { content: Buffer.from('big') } }),
      says: /big-endian/,
    },
    { what: 'text', file: Buffer.from('<!doctype html> not found'), says: /none of the formats that are read here/ },
    { what: 'an empty file', file: Buffer.alloc(0), says: /it has 0 bytes/ },
    {
      what: 'a safetensors file that is cut off',
      file: Buffer.from(encodeSafetensors({ w: { shape: [4], data: new Float32Array(4) } })).subarray(0, -4),
      says: /cut off/,
    },
  ];

  it.each(cases)('$what', ({ file, says }) => {
    const began = performance.now();
    const attempt = () => {
      for (const { values } of read(file).tensors.values()) values();
    };
    expect(attempt).toThrow(says);
    expect(attempt).toThrow(/^Cannot read weights .*, expected /);
    expect(performance.now() - began).toBeLessThan(5000);
  });

  it('a dict that contains itself, without end', () => {
    const loop = torch(pickle(code(0x7d, 0x71, 0), text('self'), code(0x68, 0, 0x73)));
    expect(read(loop).tensors.size).toBe(0);
  });

  it('lists that double 40 times, each walked once', () => {
    const doubling = Array.from({ length: 30 }, (_, i) => Buffer.concat([code(0x5d, 0x28, 0x68, i, 0x68, i, 0x65, 0x71, i + 1)]));
    expect(read(torch(pickle(code(0x5d, 0x71, 0), ...doubling))).tensors.size).toBe(0);
  });
});

function nested(depth: number): Buffer[] {
  return [Buffer.alloc(depth, 0x5d), Buffer.alloc(depth - 1, 0x61)];
}

function damaged(file: Buffer, at: number): Buffer {
  const out = Buffer.from(file);
  out[at] = (out[at] as number) ^ 1;
  return out;
}

/** The second member's place is the first one's. */
function overlapping(): Buffer {
  const file = zip({ 'x/data.pkl': { content: pickle(int(1)) }, 'x/data.pkm': { content: pickle(int(1)) } });
  const second = file.lastIndexOf(Buffer.from('x/data.pkm'));
  file.writeUInt32LE(0, second - 4);
  return file;
}
