import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { zipFile } from '../../test/zip-file.ts';
import { extractZipMember as extract, type OpenArchive, readZipDirectory as readDirectory, type ZipMember } from './zip.ts';

async function opened<T>(file: string, use: (archive: OpenArchive) => Promise<T>): Promise<T> {
  await using handle = await open(file);
  return await use({ file, handle });
}
const readZipDirectory = (file: string) => opened(file, readDirectory);
type More = Parameters<typeof extract> extends [OpenArchive, ...infer Rest] ? Rest : never;
const extractZipMember = (file: string, ...more: More) => opened(file, (archive) => extract(archive, ...more));

const text = 'one line of text\n'.repeat(1000);
const noise = createHash('sha512').update('noise').digest();
let folder: string;
let archive: string;
let intact: Buffer;

beforeEach(() => {
  folder = temporaryFolder();
  archive = join(folder, 'a.whl');
  intact = zipFile([
    { name: 'a/deflated.txt', content: text },
    { name: 'a/stored.bin', content: noise, stored: true },
    { name: 'é/empty', content: '', stored: true },
  ]);
  writeFileSync(archive, intact);
});

async function member(name: string): Promise<ZipMember> {
  const found = (await readZipDirectory(archive)).get(name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

test('deflated, stored and empty members come back byte for byte, with their SHA-256', async () => {
  expect([...(await readZipDirectory(archive)).keys()]).toEqual(['a/deflated.txt', 'a/stored.bin', 'é/empty']);
  for (const [name, content] of [
    ['a/deflated.txt', Buffer.from(text)],
    ['a/stored.bin', noise],
    ['é/empty', Buffer.alloc(0)],
  ] as const) {
    const target = join(folder, name.replace('/', '-'));
    let seen = 0;
    const sha256 = await extractZipMember(archive, await member(name), target, undefined, (count) => {
      seen += count;
    });
    expect(readFileSync(target).equals(content)).toBe(true);
    expect(sha256).toBe(createHash('sha256').update(content).digest('hex'));
    expect(seen).toBe(content.length);
  }
});

test('an archive with a comment is read', async () => {
  const commented = Buffer.concat([intact, Buffer.from('a comment')]);
  commented.writeUInt16LE(9, intact.length - 2);
  writeFileSync(archive, commented);
  expect((await readZipDirectory(archive)).size).toBe(3);
});

test('half an archive, a text file and an empty file are rejected', async () => {
  for (const content of [intact.subarray(0, intact.length / 2), Buffer.from(text), Buffer.alloc(0)]) {
    writeFileSync(archive, content);
    await expect(readZipDirectory(archive)).rejects.toThrow(/^Cannot unpack .*a\.whl: it has no end record, expected a complete zip archive\.$/);
  }
});

test('a directory that is cut short or points beyond the end is rejected', async () => {
  const count = Buffer.from(intact);
  count.writeUInt16LE(4, intact.length - 12); // one member more than there are
  writeFileSync(archive, count);
  await expect(readZipDirectory(archive)).rejects.toThrow('ends after 3 of 4 members');
  const beyond = Buffer.from(intact);
  beyond.writeUInt32LE(intact.length, intact.length - 6);
  writeFileSync(archive, beyond);
  await expect(readZipDirectory(archive)).rejects.toThrow(`it ends at ${intact.length} bytes`);
});

test('a 64-bit archive is rejected as such', async () => {
  const large = Buffer.from(intact);
  large.writeUInt32LE(0xffffffff, intact.length - 6);
  writeFileSync(archive, large);
  await expect(readZipDirectory(archive)).rejects.toThrow('it is a 64-bit archive');
});

test('one changed byte in a stored member is found by the checksum', async () => {
  const stored = await member('a/stored.bin');
  const changed = Buffer.from(intact);
  const at = changed.indexOf(noise);
  changed.writeUInt8((noise[0] ?? 0) ^ 1, at);
  writeFileSync(archive, changed);
  await expect(extractZipMember(archive, stored, join(folder, 'out'))).rejects.toThrow(
    /a\/stored\.bin unpacks to 64 bytes with checksum \d+, expected 64 bytes with \d+/,
  );
});

test('any changed byte in a deflated member is an error', async () => {
  const deflated = await member('a/deflated.txt');
  for (let at = 0; at < deflated.packed; at += 7) {
    const changed = Buffer.from(intact);
    const position = deflated.offset + 30 + 'a/deflated.txt'.length + at;
    changed.writeUInt8((changed[position] ?? 0) ^ 0xff, position);
    writeFileSync(archive, changed);
    await expect(extractZipMember(archive, deflated, join(folder, `out${at}`))).rejects.toThrow(/^Cannot unpack .*a\/deflated\.txt/);
  }
});

test('a compression method other than stored and deflated is rejected before anything is written', async () => {
  await expect(extractZipMember(archive, { ...(await member('a/stored.bin')), method: 12 }, join(folder, 'out'))).rejects.toThrow(
    'is compressed with method 12, expected 0 or 8',
  );
  expect(existsSync(join(folder, 'out'))).toBe(false);
});

test('a member does not overwrite an existing file', async () => {
  writeFileSync(join(folder, 'out'), 'mine');
  await expect(extractZipMember(archive, await member('a/stored.bin'), join(folder, 'out'))).rejects.toThrow('EEXIST');
  expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('mine');
});
