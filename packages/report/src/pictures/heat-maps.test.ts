import sharp from 'sharp';
import { expect, it } from 'vitest';
import { drawHeatMap, loadHeatMaps } from './heat-maps.ts';

const gray = { pixels: new Uint8Array(8 * 8 * 3).fill(128), size: 8, channels: 3 } as const;

it('lies over the picture in gray: bright where the heat is, gray where it is not', async () => {
  const { url, strongest } = await drawHeatMap({ ...gray, map: Float32Array.from([0, 0, 0, 0, 0, 0, 0, 0, 1]), height: 3, width: 3 });
  expect(strongest).toBe('lower right');
  const { data, info } = await sharp(Buffer.from(url.split(',')[1] as string, 'base64'))
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)] as [number, number, number];
  expect([info.width, info.height]).toEqual([144, 144]);
  const [red, , blue] = at(130, 130);
  expect(red - blue).toBeGreaterThan(40);
  const [darkRed, darkGreen, darkBlue] = at(10, 10);
  expect(Math.max(darkRed, darkGreen, darkBlue) - Math.min(darkRed, darkGreen, darkBlue)).toBeLessThan(12);
  expect(url.length).toBeLessThan(12_000);
});

it('has no strongest place where nothing spoke for the decision', async () => {
  expect((await drawHeatMap({ ...gray, map: new Float32Array(4), height: 2, width: 2 })).strongest).toBeUndefined();
});

it('of a folder that holds no run says why there are none', async () => {
  const sample = { id: 'a', domain: 'b', bonaFide: false, species: 'print', score: 1 };
  const { find, problem } = await loadHeatMaps('nowhere', [{ sample, image: { path: 'a.jpg' } }], {});
  expect(problem).toContain('Cannot open the run nowhere: it holds no experiment.yaml');
  expect(find(sample)).toBeUndefined();
});
