import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '@gradalign/core';
import { describe, expect, it } from 'vitest';
import { datasetConformance, openDataset } from '../../../test/dataset-conformance.ts';
import { manifestFixture } from '../../../test/fixtures/manifest.ts';
import { scratch } from '../../../test/fixtures/scratch.ts';
import { writeImages } from '../../../test/fixtures/tiny-images.ts';
import { manifest } from './manifest.ts';

datasetConformance(manifest, manifestFixture);

describe('a manifest', () => {
  const folder = scratch((root) => writeImages(root, ['a/1.jpg', 'a/2.jpg', 'b/1.jpg', 'b/ü.png']));
  const write = (text: string, name = 'manifest.csv') => writeFileSync(join(folder.root, name), text);
  const open = (options = {}) => openDataset(manifest, folder.root, options);
  const fails = async (options = {}) => {
    const error = await open(options).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    return error as UserError;
  };

  it('gives all that its columns say, and passes over columns of other names', async () => {
    write('checksum,PATH,label,split,species,subject,video,frame,box,device,session\nff,a/1.jpg,spoof,devel,Replay/iPad,s1,v1,7,1 2.5 10 12,phone,s\n');
    expect((await open()).samples).toEqual([
      {
        id: 'a/1.jpg',
        image: { path: join(folder.root, 'a/1.jpg'), box: { x: 1, y: 2.5, width: 10, height: 12 } },
        label: 0,
        split: 'dev',
        species: 'replay/iPad',
        subject: 's1',
        video: 'v1',
        frame: 7,
        device: 'phone',
        session: 's',
      },
    ]);
  });

  it('needs no more than path and label, and takes semicolons, tabs, byte order marks and words of other people', async () => {
    write('\uFEFFpath;label\r\na\\1.jpg;Bona Fide\r\na/2.jpg;real\r\nb/1.jpg;FAKE\r\n');
    expect((await open()).samples.map(({ id, label, split }) => `${id} ${label} ${split}`)).toEqual(['a/1.jpg 1 train', 'a/2.jpg 1 train', 'b/1.jpg 0 train']);
    write('path\tlabel\n/home/somebody/x/b/ü.png\tattack\n');
    expect((await open()).samples.map(({ id }) => id)).toEqual(['b/ü.png']);
  });

  it('refuses numbers as labels unless option labels says what they mean', async () => {
    write('path,label\na/1.jpg,1\na/2.jpg,0\n');
    const error = await fails();
    expect(error.message).toBe(
      'Cannot read data set \'manifest\': column label holds \'1\', which means live in some sources and attack in others, expected live or attack, or option labels to say it: { "1": live } or { "1": attack }',
    );
    expect(error.exitCode).toBe(2);
    const labels = async (options: object) => (await open(options)).samples.map(({ label }) => label);
    expect(await labels({ labels: { 1: 'live', 0: 'attack' } })).toEqual([1, 0]);
    expect(await labels({ labels: { 1: 'attack', 0: 'live' } })).toEqual([0, 1]);
    expect((await open({ labels: { 1: 'attack', 0: 'live' } })).notes?.polarity).toContain('0 is live; 1 is attack');
  });

  it('names the line of what is wrong, and takes the rest', async () => {
    write(
      [
        'path,label,split,frame,box,species,video',
        'a/1.jpg,live,train,0,,print,v',
        'a/1.jpg,live,train,0,,,v',
        'a/2.jpg,perhaps,train,,,,',
        'a/2.jpg,live,later,,,,',
        'a/2.jpg,live,train,,1 2 3,,',
        ',live,train,,,,',
        '../outside.jpg,live,train,,,,',
        'a/none.jpg,attack,train,,,,',
        'b/1.jpg,attack,train,first,,photo,v',
        'b/ü.png,live,train,,,,',
        'b/ü.png,attack,train,,,,',
      ].join('\n'),
    );
    const { samples, notes } = await open();
    expect(samples.map(({ id, species, frame }) => [id, species, frame])).toEqual([
      ['a/1.jpg', undefined, 0],
      ['b/1.jpg', 'other/photo', undefined],
    ]);
    expect(notes?.missing).toEqual(['a/none.jpg']);
    expect(notes?.problems).toEqual([
      '1 clip has frames of both labels: v',
      '1 entry is listed twice: a/1.jpg (manifest.csv line 3)',
      '1 entry is skipped: it leads outside the root: ../outside.jpg (manifest.csv line 8)',
      '1 image is listed both as live and as attack, left out: b/ü.png (manifest.csv line 11, manifest.csv line 12)',
      "manifest.csv line 10: the frame is 'first', expected a whole number: not used",
      "manifest.csv line 2: a live image has the species 'print': not used",
      "manifest.csv line 4: the label is 'perhaps', expected live or attack",
      "manifest.csv line 5: the split is 'later', expected train, dev or test",
      "manifest.csv line 6: the box is '1 2 3', expected x y w h with a width and height above 0",
      'manifest.csv line 7: there is no path',
    ]);
  });

  it('leaves out a row with more cells than columns, since which cell is which is not known; cells at the end that all rows have do no harm', async () => {
    write('path,label,subject,species\na/1.jpg,live,Miller, Anna,\na/2.jpg,live,Smith,\n');
    const { samples, notes } = await open();
    expect(samples.map(({ id, subject }) => [id, subject])).toEqual([['a/2.jpg', 'Smith']]);
    expect(notes?.problems).toEqual([
      'manifest.csv line 2: it is not known which cell is which (the row has 5 cells and the first row 4: cells that hold the separator need quotes)',
    ]);
    for (const sound of ['path,label,,\na/1.jpg,live,x,y\n', 'path,label\na/1.jpg,live,\na/2.jpg,live,,\n', 'path,label,\na/1.jpg,live\n']) {
      write(sound);
      expect((await open()).samples.map(({ id }) => id)).toEqual(['a/1.jpg']);
    }
  });

  it('of several domains gives the one that is named, or called like the experiment’s key', async () => {
    write('path,domain,label,subject\na/1.jpg,Oulu,live,1\nb/1.jpg,msu,attack,1\n');
    expect((await open({ domain: 'oulu' })).samples.map(({ id, subject }) => [id, subject])).toEqual([['a/1.jpg', '1']]);
    expect((await open()).samples.map(({ subject }) => subject)).toEqual(['Oulu/1', 'msu/1']);
    expect((await fails({ domain: 'mus' })).message).toContain(
      "its option domain is 'mus', and its root holds Oulu, msu, expected option domain to name one of them; did you mean 'msu'?",
    );
  });

  it('may have another name, and must be one', async () => {
    write('path,label\na/1.jpg,live\n', 'faces.csv');
    expect((await open()).samples).toHaveLength(1);
    write('path,label\nb/1.jpg,live\n', 'more.csv');
    expect((await fails()).message).toContain('holds 2 CSV files, faces.csv, more.csv, expected option file to name one of them');
    expect((await open({ file: 'more.csv' })).samples.map(({ id }) => id)).toEqual(['b/1.jpg']);
  });

  it.each([
    ['', 'manifest.csv is empty'],
    ['file,label\na/1.jpg,live\n', 'manifest.csv is file,label, without path'],
    ['path,label\n', 'has no usable row'],
    ['path,label\nx/y.jpg,live\n', 'none of the 1 images in'],
  ])('that says %j is refused', async (text, message) => {
    write(text);
    expect((await fails()).message).toContain(message);
  });
});
