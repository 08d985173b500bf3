import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSeed } from '@gradalign/core';
import sharp from 'sharp';

const side = 80;
const tints = { oulu: [210, 140, 110], casia: [120, 170, 150], replay: [160, 130, 200], msu: [150, 150, 120] } as const;

/**
 * Pictures in the plain layout, the same in every run: domains of different color, attacks with stripes. Three have ten live clips and ten attacks to
 * train on, the target one of each.
 */
export async function makeDomains(root: string): Promise<void> {
  const random = createSeed(0).stream('parity-pictures');
  for (const [domain, tint] of Object.entries(tints)) {
    const clips = domain === 'msu' ? 2 : 20;
    for (let clip = 0; clip < clips; clip++) {
      const live = clip % 2 === 0;
      const folder = join(root, domain, 'train', live ? 'live' : 'attack', `${clip}_clip`);
      mkdirSync(folder, { recursive: true });
      const draw = random.at(domain, clip);
      const coarse = Array.from({ length: 25 }, () => draw.normal());
      const pixels = Uint8ClampedArray.from({ length: side * side * 3 }, (_, i) => {
        const [x, y] = [Math.floor(i / 3) % side, Math.floor(i / 3 / side)];
        const shade = 25 * (coarse[5 * Math.floor(y / 16) + Math.floor(x / 16)] as number);
        const stripes = live ? 0 : 18 * Math.sin(0.9 * x + 0.4 * y);
        return (tint[i % 3] as number) + shade + stripes + 8 * draw.normal();
      });
      const png = sharp(Buffer.from(pixels), { raw: { width: side, height: side, channels: 3 } }).png();
      writeFileSync(join(folder, '0.png'), await png.toBuffer());
    }
  }
}
