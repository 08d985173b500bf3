import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cannot } from '@gradalign/core';
import sharp from 'sharp';
import { type Command, readOptions, wholeNumber } from '../command.ts';
import { torchVersion } from '../python.ts';
import { renderTable } from '../render-table.ts';
import { cases, type Statistic, statisticsOf } from '../transforms/measure-ours.ts';
import { makePictures, type Pictures } from '../transforms/pictures.ts';

const help = `npm run bench -- transforms --python <executable> [--write] [--draws <n>] [--json]

The image operations of training against torchvision's transforms on the same pictures: figures of many random draws, side by side.
  --python <executable>  Python that has torch, torchvision and PIL (default: GRADALIGN_PYTHON)
  --write                store torchvision's results in benchmarks/transforms/reference.json, which the tests compare with
  --draws <n>            of each transform, on both sides (default 4000)
  --json                 one JSON object for machines`;

interface Reference {
  readonly draws: number;
  readonly statistics: Readonly<Record<string, Readonly<Record<string, Statistic>>>>;
}

export const command: Command = {
  async run(args) {
    const flag = { type: 'boolean' } as const;
    const text = { type: 'string' } as const;
    const values = readOptions(args, { python: text, write: flag, draws: text, json: flag }, help);
    if (!values) return;
    const python = (values['python'] as string | undefined) ?? process.env['GRADALIGN_PYTHON'];
    if (!python) throw cannot('compare transforms', 'no Python is named', '--python <executable> with torch, torchvision and PIL', { exitCode: 2 });
    const draws = wholeNumber('draws', values['draws'], 4000);
    torchVersion(python, ['torchvision', 'PIL', 'numpy']);
    const pictures = makePictures();
    const output = await runTorchvision(python, pictures, draws);
    const { statistics: theirs } = JSON.parse(output) as Reference;
    if (values['write']) writeFileSync(new URL('../transforms/reference.json', import.meta.url), `${output.trim()}\n`);
    const rows: string[][] = [];
    const ours: Record<string, Record<string, Statistic>> = {};
    for (const name of Object.keys(cases)) {
      const own = await statisticsOf(name, pictures, draws);
      ours[name] = own;
      for (const [figure, mine] of Object.entries(own)) {
        const other = theirs[name]?.[figure] ?? { mean: Number.NaN, error: Number.NaN };
        const errors = Math.hypot(mine.error, other.error);
        rows.push([name, figure, shown(mine), shown(other), errors === 0 ? '' : ((mine.mean - other.mean) / errors).toFixed(1)]);
      }
    }
    console.log(
      values['json']
        ? JSON.stringify({ draws, ours, theirs }, null, 2)
        : renderTable(['transform', 'figure', 'ours', 'torchvision', 'difference in standard errors'], rows),
    );
  },
};

async function runTorchvision(python: string, pictures: Pictures, draws: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'gradalign-transforms-'));
  try {
    for (const [name, { data, width, height, channels }] of Object.entries(pictures))
      await sharp(data, { raw: { width, height, channels } })
        .png()
        .toFile(join(folder, `${name}.png`));
    const script = fileURLToPath(new URL('../transforms/torchvision_reference.py', import.meta.url));
    const { status, stdout, stderr } = spawnSync(python, [script, folder, String(draws)], { encoding: 'utf8', maxBuffer: 2 ** 26 });
    if (status !== 0) throw cannot(`run ${script}`, stderr.trim().split('\n').at(-1) ?? `exit code ${status}`, 'its figures');
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function shown({ mean, error }: Statistic): string {
  return `${mean.toPrecision(4)} ± ${error.toPrecision(2)}`;
}
