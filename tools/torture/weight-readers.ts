import { readWeightFile } from '@gradalign/models';
import { mutate } from './mutate.ts';
import type { Random } from './random.ts';
import { type Reader, words } from './readers.ts';
import { zip } from './zip.ts';

const pieces = words(
  'cos\nsystem\n',
  'cposix\nsystem\n',
  'cbuiltins\neval\n',
  'ctorch\nFloatStorage\n',
  'ctorch._utils\n_rebuild_tensor_v2\n',
  'ccollections\nOrderedDict\n',
  ...['(', ')', 't', 'R', 'b', '.', 'q\0', 'h\0', '}', ']', 'e', 'a', 'u', 's', 'Q', '0', '\x93', '\x94', '\x81', '\x85', '\x86', '\x87', '\x80\x05'],
  'J\xff\xff\xff\x7f',
  'J\xff\xff\xff\xff',
  '\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f',
  'X\xff\xff\xff\xff',
  'G\x7f\xf8\0\0\0\0\0\0',
);

/** Reads all values too: what is refused late must be refused as well. */
async function readAll(file: string): Promise<undefined> {
  for (const { values } of readWeightFile(file).tensors.values()) values();
}

/** The restricted reader of PyTorch's pickles, bare and inside an archive whose checksums are right, and archives of NumPy. */
export const weightReaders: Readonly<Record<string, Reader>> = {
  pickle: { file: 'weights.pth', originals: async () => [legacyFile()], read: readAll, pieces },
  'pickle in zip': {
    file: 'weights.pt',
    originals: async () => [zip(torchMembers())],
    read: readAll,
    damage: (original, random) => damagedMember(original, torchMembers(), random),
  },
  npz: {
    file: 'weights.npz',
    originals: async () => [zip(numpyMembers())],
    read: readAll,
    damage: (original, random) => damagedMember(original, numpyMembers(), random),
  },
};

/** Two cases in three damage a member before it is packed; the third damages the archive. */
function damagedMember(archive: Uint8Array, members: ReadonlyMap<string, Buffer>, random: Random): Uint8Array {
  if (random.below(3) === 0) return mutate(archive, random, pieces);
  const name = random.pick([...members.keys()]);
  return zip(new Map([...members, [name, mutate(members.get(name) as Buffer, random, pieces)]]));
}

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const text = (value: string): Buffer => Buffer.concat([Buffer.from('X'), uint32(value.length), Buffer.from(value)]);
const values = Buffer.from(Float32Array.from({ length: 6 }, (_, i) => i / 2).buffer);

/** `OrderedDict([('layer.weight', tensor of 2 x 3)])`, with one entry of the memo put and got. */
function stateDict(): Buffer {
  const dict = 'ccollections\nOrderedDict\n';
  return Buffer.concat([
    ...[Buffer.from(`\x80\x02${dict})Rq\0(`, 'latin1'), text('layer.weight'), Buffer.from('ctorch._utils\n_rebuild_tensor_v2\n((')],
    ...[
      text('storage'),
      Buffer.from('ctorch\nFloatStorage\n'),
      text('0'),
      text('cpu'),
      Buffer.from('K\x06tq\x01QK\0K\x02K\x03\x86K\x03K\x01\x86\x89', 'latin1'),
    ],
    Buffer.from(`${dict})RtRu}X\x09\0\0\0_metadatah\0sb.`, 'latin1'),
  ]);
}

function torchMembers(): Map<string, Buffer> {
  return new Map([
    ['archive/data.pkl', stateDict()],
    ['archive/byteorder', Buffer.from('little')],
    ['archive/data/0', values],
    ['archive/version', Buffer.from('3\n')],
  ]);
}

/** The format of PyTorch before 1.6: magic number, version, system, state dict, keys of storages as pickles; then each storage behind its length. */
function legacyFile(): Buffer {
  const magic = Buffer.from('\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.', 'latin1');
  const system = Buffer.concat([Buffer.from('\x80\x02}', 'latin1'), text('little_endian'), Buffer.from('\x88s.', 'latin1')]);
  const keys = Buffer.concat([Buffer.from('\x80\x02](', 'latin1'), text('0'), Buffer.from('e.')]);
  return Buffer.concat([magic, Buffer.from('\x80\x02M\xe9\x03.', 'latin1'), system, stateDict(), keys, Buffer.from('\x06\0\0\0\0\0\0\0', 'latin1'), values]);
}

function numpyMembers(): Map<string, Buffer> {
  const header = Buffer.from(`${"{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }".padEnd(117)}\n`);
  const array = Buffer.concat([Buffer.from('\x93NUMPY\x01\0', 'latin1'), Buffer.from([header.length, 0]), header, values]);
  return new Map([
    ['a.npy', array],
    ['b.npy', array],
  ]);
}
