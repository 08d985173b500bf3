import { describe, expect, it } from 'vitest';
import { filePlaces, folderPlaces, type LocateOptions, locate } from './locate.ts';

const files = (...ids: string[]) => ({ files: ids.map((id) => ({ id, name: id.slice(id.lastIndexOf('/') + 1), path: `/root/${id}` })) });

function found(disk: readonly string[], list: readonly string[], options?: LocateOptions): string[] {
  return locate(filePlaces(files(...disk), /\.png$/i), list, options).map((place) => {
    if (place.at !== undefined) return place.path;
    return 'missing' in place ? `missing ${place.missing}` : place.problem;
  });
}

describe('an entry of a list', () => {
  it('is found as it stands, with backslashes, ./ and another case', () => {
    expect(found(['a/b/1.png', 'a/b/2.png', 'A/c/Ü.png'], ['a/b/1.png', '.\\A\\B\\2.PNG', 'a/c/ü.png'.normalize('NFD')])).toEqual([
      'a/b/1.png',
      'a/b/2.png',
      'A/c/Ü.png',
    ]);
  });

  it('is found by its end, where its beginning is that of somebody else’s machine', () => {
    const disk = ['x/msu_256/real/01/1.png', 'x/msu_256/fake/02/1.png', 'x/msu_256/fake/02/2.png'];
    const list = ['/data/share/y/msu_256/real/01/1.png', '/data/share/y/msu_256/fake/02/2.png', 'C:\\faces\\msu_256\\fake\\02\\1.png'];
    expect(found(disk, list)).toEqual(['x/msu_256/real/01/1.png', 'x/msu_256/fake/02/2.png', 'x/msu_256/fake/02/1.png']);
  });

  it('that is not there is missing, though another folder has a file of its name', () => {
    const disk = ['frame/casia/train/real/1_1.png', 'frame/casia/test/real/1_1.png', 'frame/casia/test/real/1_2.png'];
    expect(found(disk, ['casia/train/real/1_1.png', 'casia/train/real/1_2.png'])).toEqual([
      'frame/casia/train/real/1_1.png',
      'missing casia/train/real/1_2.png',
    ]);
  });

  it('that leads outside the root is a problem, however it does', () => {
    expect(found(['a/1.png'], ['../a/1.png', 'a/../../1.png', '/../a/1.png', 'a/../a/1.png'])).toEqual([
      'it leads outside the root',
      'it leads outside the root',
      'it leads outside the root',
      'a/1.png',
    ]);
  });

  it('that is a name alone is found where it is the only one, or in the folders that the list speaks of', () => {
    const disk = ['casia/train/1_1.png', 'casia/test/1_1.png', 'casia/test/1_2.png'];
    expect(found(disk, ['1_2.png', '1_1.png'])).toEqual(['casia/test/1_2.png', 'it fits 2 files, casia/train/1_1.png and casia/test/1_1.png']);
    expect(found(disk, ['1_1.png'], { hints: ['casia', 'test'] })).toEqual(['casia/test/1_1.png']);
  });

  it('loses the prefix that the user names', () => {
    expect(found(['b/1.png', 'b/2.png'], ['/old/a/b/1.png', 'b/2.png'], { prefix: '/old/a/' })).toEqual(['b/1.png', 'b/2.png']);
  });

  it('is looked up once: of 100,000 entries, 100 are searched for by their names, to learn where the others are', () => {
    const disk = Array.from({ length: 100_000 }, (_, i) => `set/clip${Math.floor(i / 100)}/${i % 100}.png`);
    const places = filePlaces(files(...disk), /\.png$/i);
    const asked = { get: 0, named: 0, compared: 0 };
    const counting: typeof places = {
      get(path) {
        asked.get++;
        return places.get(path);
      },
      named(last) {
        const paths = places.named(last);
        asked.named++;
        asked.compared += paths.length;
        return paths;
      },
    };
    const located = locate(
      counting,
      disk.map((path) => `/data/other/${path}`),
    );
    expect(located.map((place) => (place.at === undefined ? undefined : place.path))).toEqual(disk);
    // 1,000 clips have a frame of each name.
    expect(asked).toEqual({ get: 100_000, named: 100, compared: 100_000 });
  });
});

it('a folder is found like a file, with the images right in it', () => {
  const there = folderPlaces(files('s/train/1/HR_1/a.png', 's/train/1/HR_1/b.png', 's/train/1/HR_1/deep/c.png', 's/x.txt'), /\.png$/);
  expect(locate(there, ['train/1/HR_1', 'train/1/HR_2']).map(({ at }) => at?.length)).toEqual([2, undefined]);
});
