import { fileProblem } from './file-problem.ts';
import { countOf, type FileTensor, type FileTensors } from './file-tensor.ts';
import { type NumberType, numberTypes } from './number-types.ts';
import { openZip } from './zip-archive.ts';

const types: Readonly<Record<string, NumberType>> = {
  '<f8': numberTypes.float64,
  '<f4': numberTypes.float32,
  '<f2': numberTypes.float16,
  '<i8': numberTypes.int64,
  '<i4': numberTypes.int32,
  '<i2': numberTypes.int16,
  '|i1': numberTypes.int8,
  '|u1': numberTypes.uint8,
  '|b1': numberTypes.bool,
};

/** The arrays of a NumPy archive (numpy.savez), by name. Arrays of objects, which are pickles, are refused. */
export function readNpzFile(bytes: Buffer, file: string): FileTensors {
  const archive = openZip(bytes, file);
  const names = archive.names.filter((name) => name.endsWith('.npy'));
  return new Map(names.map((name) => [name.slice(0, -'.npy'.length), readNpy(archive.read(name), name, file)]));
}

/** The npy format, versions 1 to 3: magic, version, length of the header, a header such as {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }. */
function readNpy(bytes: Buffer, name: string, file: string): FileTensor {
  const refuse = (is: string) => fileProblem(file, `its array ${name} ${is}`, 'arrays of numbers as numpy.savez writes them');
  if (bytes.length < 12 || bytes.toString('latin1', 0, 6) !== '\x93NUMPY') throw refuse('is not in the npy format');
  const wide = (bytes[6] as number) > 1;
  const begin = wide ? 12 : 10;
  const start = begin + (wide ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8));
  if (!(start <= bytes.length)) throw refuse('is cut off');
  const header = bytes.toString('latin1', begin, start);
  const descr = /'descr':\s*'([^']*)'/.exec(header)?.[1] ?? 'unknown';
  const type = types[descr];
  const unread = () => refuse(`has the type ${descr}, which is not read here`);
  // Texts beside the weights may lie there; nothing takes them for weights.
  if (!type && /^[<>|][US]\d+$/.test(descr))
    return {
      shape: [],
      type: { name: descr, bytes: 0, read: () => Number.NaN },
      values: () => {
        throw unread();
      },
    };
  if (!type) throw unread();
  const sides = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  const shape = sides === undefined ? [Number.NaN] : sides.split(',').flatMap((side) => (side.trim() === '' ? [] : [Number(side)]));
  const count = countOf(shape);
  if (!(count * type.bytes === bytes.length - start)) throw refuse(`of shape [${shape.join(', ')}] has ${bytes.length - start} bytes of data`);
  const data = bytes.subarray(start);
  const byColumns = /'fortran_order':\s*True/.test(header);
  return {
    shape,
    type,
    values: () => Float32Array.from({ length: count }, (_, i) => type.read(data, (byColumns ? placeByColumns(i, shape) : i) * type.bytes)),
  };
}

/** Of the value at place `i` row by row, its place column by column. */
function placeByColumns(i: number, shape: readonly number[]): number {
  let [rest, place] = [i, 0];
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, side) => product * side, 1));
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const side = shape[axis] as number;
    place += (rest % side) * (strides[axis] as number);
    rest = Math.floor(rest / side);
  }
  return place;
}
