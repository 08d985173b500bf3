import { fileProblem } from './file-problem.ts';
import { countOf, type FileTensor, type FileTensors } from './file-tensor.ts';
import { mayStandAside, standIn } from './left-aside.ts';
import { type NumberType, numberTypes } from './number-types.ts';
import { PickledGlobal, readPickle } from './pickle.ts';
import { openZip } from './zip-archive.ts';

/** Where the numbers of some tensors lie; `bytes` is known once the whole file is read. */
interface Storage {
  readonly key: string;
  readonly type: NumberType;
  readonly count: number;
}

class Tensor implements FileTensor {
  readonly shape: readonly number[];
  readonly type: NumberType;
  readonly values: () => Float32Array;

  constructor(shape: readonly number[], type: NumberType, values: () => Float32Array) {
    this.shape = shape;
    this.type = type;
    this.values = values;
  }
}

const storageTypes: Readonly<Record<string, NumberType>> = {
  'torch.DoubleStorage': numberTypes.float64,
  'torch.FloatStorage': numberTypes.float32,
  'torch.HalfStorage': numberTypes.float16,
  'torch.BFloat16Storage': numberTypes.bfloat16,
  'torch.LongStorage': numberTypes.int64,
  'torch.IntStorage': numberTypes.int32,
  'torch.ShortStorage': numberTypes.int16,
  'torch.CharStorage': numberTypes.int8,
  'torch.ByteStorage': numberTypes.uint8,
  'torch.BoolStorage': numberTypes.bool,
};
const functions = [
  'collections.OrderedDict',
  'torch._utils._rebuild_tensor',
  'torch._utils._rebuild_tensor_v2',
  'torch._utils._rebuild_parameter',
  'torch.Size',
  'torch.device',
];
const globals: ReadonlySet<string> = new Set([...functions, ...Object.keys(storageTypes)]);

/** PyTorch's magic number of the format before 1.6. */
const legacyMagic = Number(0x1950a86a20f9469cfc6cn);
const deepest = 32;

/**
 * The tensors of a file that torch.save wrote, in the zip format or the one before, under the names of the dicts that they lie in: `state_dict.conv1.weight`.
 * Numbers and texts beside them are left aside, and so are the optimizer, the scheduler and the arguments that training scripts save with them
 * (`left-aside.ts`). No code of the file can run: classes outside a short list are refused by name, and sizes are compared with the file before memory is
 * taken.
 */
export function readTorchFile(bytes: Buffer, file: string): FileTensors {
  return bytes.length >= 4 && bytes.readUInt32LE(0) === 0x04034b50 ? readZipFormat(bytes, file) : readLegacyFormat(bytes, file);
}

function readZipFormat(bytes: Buffer, file: string): FileTensors {
  const archive = openZip(bytes, file);
  const pickle = archive.names.find((name) => /^([^/]+\/)?data\.pkl$/.test(name));
  if (pickle === undefined) throw fileProblem(file, 'it is an archive without data.pkl', 'one that torch.save wrote');
  const folder = pickle.slice(0, -'data.pkl'.length);
  if (archive.has(`${folder}byteorder`) && archive.read(`${folder}byteorder`).toString('latin1') !== 'little')
    throw fileProblem(file, 'its numbers are big-endian', 'little-endian ones');
  const contents = new Map<string, Buffer>();
  const bytesOf = ({ key, type, count }: Storage): Buffer => {
    const content = contents.get(key) ?? archive.read(`${folder}data/${key}`);
    contents.set(key, content);
    if (content.length < count * type.bytes) throw fileProblem(file, `storage ${key} has ${content.length} bytes, ${count * type.bytes} are said`);
    return content;
  };
  const check = ({ key, type, count }: Storage) => {
    const name = `${folder}data/${key}`;
    if (!archive.has(name)) throw fileProblem(file, `it has no storage ${key}`);
    if (archive.size(name) < count * type.bytes) throw fileProblem(file, `storage ${key} has ${archive.size(name)} bytes, ${count * type.bytes} are said`);
  };
  const { value } = readPickle(archive.read(pickle), 0, rulesFor(file, bytesOf, check));
  return namedTensors(value, file);
}

function readLegacyFormat(bytes: Buffer, file: string): FileTensors {
  const places = new Map<string, { readonly at: number; readonly count: number }>();
  const bytesOf = ({ key, type, count }: Storage): Buffer => {
    const place = places.get(key);
    if (!place) throw fileProblem(file, `it has no storage ${key}`);
    if (place.count !== count) throw fileProblem(file, `storage ${key} has ${place.count} numbers, ${count} are said`);
    return bytes.subarray(place.at, place.at + count * type.bytes);
  };
  const said = new Map<string, Storage>();
  const rules = rulesFor(file, bytesOf, (storage) => {
    if (storage.count * storage.type.bytes > bytes.length)
      throw fileProblem(file, `storage ${storage.key} would have ${storage.count * storage.type.bytes} bytes, the file has ${bytes.length}`);
    said.set(storage.key, storage);
  });
  let at = 0;
  const next = (): unknown => {
    const { value, end } = readPickle(bytes, at, rules);
    at = end;
    return value;
  };
  if (next() !== legacyMagic || next() !== 1001) throw fileProblem(file, 'it is a pickle, but not of torch.save', 'one that torch.save wrote');
  const system = next();
  if (!(system instanceof Map) || system.get('little_endian') === false) throw fileProblem(file, 'its numbers are big-endian', 'little-endian ones');
  const value = next();
  const keys = next();
  if (!Array.isArray(keys)) throw fileProblem(file, 'it lists no storages: it is damaged');
  for (const key of keys as unknown[]) {
    const storage = typeof key === 'string' ? said.get(key) : undefined;
    if (!storage) throw fileProblem(file, `it lists storage ${typeof key === 'string' ? key : '?'}, which no tensor uses`);
    const length = storage.count * storage.type.bytes;
    if (at + 8 + length > bytes.length) throw fileProblem(file, `the data of storage ${storage.key} is cut off (${bytes.length} bytes of ${at + 8 + length})`);
    places.set(storage.key, { at: at + 8, count: Number(bytes.readBigInt64LE(at)) });
    at += 8 + length;
  }
  return namedTensors(value, file);
}

function rulesFor(file: string, bytesOf: (storage: Storage) => Buffer, check: (storage: Storage) => void) {
  const wrong = (what: string) => fileProblem(file, `its pickle makes ${what} of the wrong things: it is damaged`);
  const tensor = (args: readonly unknown[]): Tensor => {
    const [storage, offset, shape, strides] = args as [Storage, number, number[], number[]];
    const count = Array.isArray(shape) ? countOf(shape) : Number.NaN;
    const fits =
      isStorage(storage) && isSize(offset) && !Number.isNaN(count) && Array.isArray(strides) && strides.length === shape.length && strides.every(isSize);
    if (!fits) throw wrong('a tensor');
    const last = count === 0 ? 0 : offset + shape.reduce((sum, side, i) => sum + (side - 1) * (strides[i] as number), 1);
    if (last > storage.count || count > storage.count)
      throw fileProblem(file, `a tensor of shape [${shape.join(', ')}] needs ${Math.max(last, count)} numbers, storage ${storage.key} has ${storage.count}`);
    return new Tensor(shape, storage.type, () => gather(bytesOf(storage), storage.type, offset, shape, strides));
  };
  return {
    file,
    knows: (path: string) => globals.has(path) || mayStandAside(path),
    create: ({ path }: PickledGlobal) => (mayStandAside(path) ? standIn(path) : undefined),
    call(global: PickledGlobal, args: readonly unknown[]): unknown {
      if (mayStandAside(global.path)) return standIn(global.path);
      if (global.path === 'torch._utils._rebuild_tensor' || global.path === 'torch._utils._rebuild_tensor_v2') return tensor(args);
      if (global.path === 'torch._utils._rebuild_parameter') {
        if (args[0] instanceof Tensor) return args[0];
        throw wrong('a parameter');
      }
      if (global.path === 'torch.Size') return args[0];
      if (global.path === 'torch.device') return null;
      if (global.path !== 'collections.OrderedDict') throw wrong(global.path);
      const pairs = args[0] ?? [];
      if (!Array.isArray(pairs) || !pairs.every((pair) => Array.isArray(pair) && pair.length === 2)) throw wrong('a dict');
      return new Map(pairs as [unknown, unknown][]);
    },
    persistent(id: unknown): Storage {
      const [kind, type, key, , count] = Array.isArray(id) ? (id as unknown[]) : [];
      const numbers = type instanceof PickledGlobal ? storageTypes[type.path] : undefined;
      if (kind !== 'storage' || !numbers || typeof key !== 'string' || !isSize(count)) throw wrong('a storage');
      const storage = { key, type: numbers, count };
      check(storage);
      return storage;
    },
  };
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isStorage(value: unknown): value is Storage {
  return typeof value === 'object' && value !== null && 'key' in value && 'count' in value;
}

function gather(bytes: Buffer, type: NumberType, offset: number, shape: readonly number[], strides: readonly number[]): Float32Array {
  const out = new Float32Array(shape.reduce((product, side) => product * side, 1));
  if (type === numberTypes.float32 && isContiguous(shape, strides)) {
    const from = bytes.subarray(offset * 4, (offset + out.length) * 4);
    Buffer.from(out.buffer).set(from);
    return out;
  }
  const index = shape.map(() => 0);
  let from = offset;
  for (let i = 0; i < out.length; i++) {
    out[i] = type.read(bytes, from * type.bytes);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const stride = strides[axis] as number;
      index[axis] = (index[axis] as number) + 1;
      from += stride;
      if ((index[axis] as number) < (shape[axis] as number)) break;
      from -= stride * (shape[axis] as number);
      index[axis] = 0;
    }
  }
  return out;
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  return shape.every((side, axis) => side === 1 || strides[axis] === shape.slice(axis + 1).reduce((product, one) => product * one, 1));
}

/** Walks dicts and lists, each once, however often it is contained. */
function namedTensors(value: unknown, file: string): FileTensors {
  const out = new Map<string, FileTensor>();
  const seen = new Set<unknown>();
  // Lists that contain one list many times would be a text beyond memory.
  const nameOf = (key: unknown): string => {
    if (typeof key === 'object' && key !== null) throw fileProblem(file, 'a key of its dicts is neither a text nor a number', 'a state dict');
    return String(key);
  };
  const walk = (of: unknown, path: readonly string[]): void => {
    if (of instanceof Tensor) {
      out.set(path.join('.') || 'tensor', of);
      return;
    }
    if (!(of instanceof Map || Array.isArray(of)) || seen.has(of)) return;
    seen.add(of);
    if (path.length > deepest) throw fileProblem(file, `its dicts and lists are nested more than ${deepest} deep`, 'a state dict, or a dict that holds one');
    for (const [key, inner] of of.entries()) if (inner instanceof Tensor || inner instanceof Map || Array.isArray(inner)) walk(inner, [...path, nameOf(key)]);
  };
  walk(value, []);
  return out;
}
