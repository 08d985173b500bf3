import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cannot, defineDataset } from '@gradalign/core';
import { Type } from '@sinclair/typebox';
import { versionAdvice } from '../../recapture/benchmark/benchmark-record.ts';
import { domainNames } from '../../recapture/benchmark/domains.ts';
import { imageFolder } from '../prepared/image-folder.ts';

/** One domain of the recapture benchmark, read from its JPEG files by the same code as any folder in the plain layout. */
export const recaptureBenchmark = defineDataset({
  name: 'recapture-benchmark',
  summary: 'Rendered faces, live, printed and replayed, in four domains; made by `gradalign data synthesize`',
  options: Type.Object(
    {
      root: Type.String({ format: 'path', description: 'Folder the benchmark was written to' }),
      domain: Type.Unsafe<(typeof domainNames)[number]>({ type: 'string', enum: [...domainNames], description: 'Which domain' }),
    },
    { additionalProperties: false },
  ),
  async create({ root, domain }, context) {
    const folder = resolve(context.folder, root);
    if (!existsSync(join(folder, 'benchmark.json'))) {
      throw cannot(
        `read data set '${context.domain}'`,
        `there is no recapture benchmark in ${folder}`,
        `one: gradalign data synthesize --out ${JSON.stringify(folder)}`,
      );
    }
    const images = await imageFolder.create({ root: folder, domain }, context);
    const advice = versionAdvice(folder);
    return advice.length === 0 ? images : { ...images, notes: { ...images.notes, advice: [...(images.notes?.advice ?? []), ...advice] } };
  },
});
