import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { readPlainJpegHeader } from './jpeg-header.ts';

/** 21 x 34 pixels, as sharp encodes them after `edit`. */
function picture(edit: (whole: Sharp) => Sharp = (whole) => whole): Promise<Buffer> {
  const pixels = Uint8Array.from({ length: 21 * 34 * 3 }, (_, i) => (i * i) % 251);
  return edit(sharp(pixels, { raw: { width: 21, height: 34, channels: 3 } }).jpeg()).toBuffer();
}
const header = { width: 21, height: 34, channels: 3 };
const insert = (file: Buffer, at: number, ...bytes: number[]) => Buffer.concat([file.subarray(0, at), Buffer.from(bytes), file.subarray(at)]);
const ascii = (text: string) => [...Buffer.from(text, 'latin1')];
/** A segment behind the start of the file. */
const withSegment = (file: Buffer, marker: number, content: number[]) => insert(file, 2, 0xff, marker, 0, content.length + 2, ...content);
/** As sharp writes EXIF, in little-endian order, with this orientation. */
async function withExif(orientation = 1): Promise<Buffer> {
  const file = await picture((whole) => whole.withExif({ IFD0: { Artist: 'nobody' } }));
  file[file.indexOf(Buffer.from([0x12, 0x01, 3, 0, 1, 0, 0, 0])) + 8] = orientation;
  return file;
}
/** An EXIF block in big-endian order, whose only entry has this tag, type, count and value. */
const exif = (tag: number, type: number, count: number, value: number) =>
  ascii(`Exif\0\0MM\0*\0\0\0\b\0\x01${String.fromCharCode(tag >> 8, tag & 255)}\0${String.fromCharCode(type)}\0\0\0${String.fromCharCode(count)}\0`).concat(
    value,
    0,
    0,
    0,
    0,
    0,
    0,
  );

describe('plain', () => {
  it('baseline files of sharp, in 4:2:0 and 4:4:4: their size and three channels; in gray, one', async () => {
    expect(readPlainJpegHeader(await picture())).toEqual(header);
    expect(readPlainJpegHeader(await picture((whole) => whole.jpeg({ chromaSubsampling: '4:4:4', quality: 100 })))).toEqual(header);
    expect(readPlainJpegHeader(await picture((whole) => whole.toColorspace('b-w')))).toEqual({ ...header, channels: 1 });
  });

  it('with EXIF that says upright, or nothing of it', async () => {
    const upright = await withExif();
    expect((await sharp(upright).metadata()).orientation).toBe(1);
    expect(readPlainJpegHeader(upright)).toEqual(header);
    for (const block of [exif(0x0112, 3, 1, 1), exif(0x0100, 3, 1, 6)]) expect(readPlainJpegHeader(withSegment(await picture(), 0xe1, block))).toEqual(header);
  });

  it('with other application data, with a comment, with zeros behind the end, as a part of larger memory', async () => {
    const file = await picture();
    expect(readPlainJpegHeader(withSegment(file, 0xe2, ascii('MPF\0')))).toEqual(header);
    expect(readPlainJpegHeader(withSegment(file, 0xe1, ascii('http://ns.adobe.com/xap/1.0/\0')))).toEqual(header);
    expect(readPlainJpegHeader(withSegment(file, 0xfe, ascii('hello')))).toEqual(header);
    expect(readPlainJpegHeader(withSegment(file, 0xee, [...ascii('Adobe'), 0, 100, 0, 0, 0, 0, 1]))).toEqual(header);
    expect(readPlainJpegHeader(insert(file, file.length, 0, 0, 0))).toEqual(header);
    expect(readPlainJpegHeader(insert(insert(file, 0, 1, 2, 3), file.length + 3, 9).subarray(3, -1))).toEqual(header);
  });
});

describe('not plain', () => {
  it('progressive, CMYK, with a color profile, turned, small', async () => {
    const others = {
      progressive: await picture((whole) => whole.jpeg({ progressive: true })),
      cmyk: await picture((whole) => whole.toColorspace('cmyk')),
      profile: await picture((whole) => whole.withIccProfile('p3')),
      turned: await withExif(6),
      small: await picture((whole) => whole.resize(15, 34)),
    };
    expect((await sharp(others.turned).metadata()).orientation).toBe(6);
    for (const [name, file] of Object.entries(others)) expect(readPlainJpegHeader(file), name).toBeUndefined();
  });

  it('with EXIF that turns it or cannot be read, with RGB inside, with components of other names or an unusual sampling', async () => {
    const file = await picture();
    for (const block of [exif(0x0112, 3, 1, 3), exif(0x0112, 4, 1, 1), exif(0x0112, 3, 2, 1), ascii('Exif\0\0'), ascii('Exif\0\0II*\0\xff\0\0\0\0\0')]) {
      expect(readPlainJpegHeader(withSegment(file, 0xe1, block)), String(block)).toBeUndefined();
    }
    expect(readPlainJpegHeader(withSegment(file, 0xee, [...ascii('Adobe'), 0, 100, 0, 0, 0, 0, 0]))).toBeUndefined();
    const frame = file.indexOf(Buffer.from([0xff, 0xc0]));
    for (const [at, value] of [
      [frame + 4, 12],
      [frame + 10, 'R'.charCodeAt(0)],
      [frame + 11, 0x12],
      [frame + 14, 0x21],
    ] as const) {
      const changed = Buffer.from(file);
      changed[at] = value;
      expect(readPlainJpegHeader(changed), `byte ${at - frame} of the frame`).toBeUndefined();
    }
  });

  it('broken: cut anywhere, with markers in its data, with more behind its end, or something else altogether', async () => {
    const file = await picture();
    for (let length = 0; length < file.length; length++) expect(readPlainJpegHeader(file.subarray(0, length)), `${length} bytes`).toBeUndefined();
    const middle = file.indexOf(Buffer.from([0xff, 0xda])) + 40;
    for (const marker of [0xd0, 0xda, 0xc4, 0xff]) expect(readPlainJpegHeader(insert(file, middle, 0xff, marker)), String(marker)).toBeUndefined();
    expect(readPlainJpegHeader(Buffer.concat([file, file]))).toBeUndefined();
    expect(readPlainJpegHeader(await sharp(file).png().toBuffer())).toBeUndefined();
    expect(readPlainJpegHeader(Buffer.from('not a picture at all'))).toBeUndefined();
  });
});
