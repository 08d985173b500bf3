import { type Command, readOptions, wholeNumber } from '../command.ts';
import { measureTraining, type TrainingResult } from '../data/measure-training.ts';
import { measureViews, type ViewsResult } from '../data/measure-views.ts';
import { describeMachine } from '../machine.ts';
import { torchVersion } from '../python.ts';
import { renderTable } from '../render-table.ts';

const help = `npm run bench -- data [--python <executable>] [--json] [--workers <n>] [--size <n>] [--repeats <n>] [--images <n>] [--no-training]

From 300 x 300 JPEG files to augmented views (random crop, flip, rotation, color, cutout, normalization; two views per image), in turns with
torchvision's transforms on PIL images in a DataLoader with as many workers, where a Python with torch and torchvision is named. Then steps of
ResNet-18 fed by the loader beside the same steps on a batch that stays in memory.
  --python <executable>  Python that has torch, torchvision and PIL; without it ours alone is measured
  --json                 one JSON object for machines
  --workers <n>          of both sides (default 2)
  --size <n>             side of a view in pixels (default 256)
  --repeats <n>          rounds (default 9)
  --images <n>           images that ours reads in total, to see that memory stays flat (default 10000)
  --no-training          leave the steps out`;

export const command: Command = {
  async run(args) {
    const text = { type: 'string' } as const;
    const flag = { type: 'boolean' } as const;
    const values = readOptions(args, { python: text, json: flag, workers: text, size: text, repeats: text, images: text, 'no-training': flag }, help);
    if (!values) return;
    const python = values['python'] as string | undefined;
    const workers = wholeNumber('workers', values['workers'], 2);
    const repeats = wholeNumber('repeats', values['repeats'], 9);
    const size = wholeNumber('size', values['size'], 256);
    const images = wholeNumber('images', values['images'], 10_000);
    const { availableParallelism } = await import('node:os');
    const torch = python === undefined ? undefined : torchVersion(python, ['torchvision', 'PIL']);
    const notice = (message: string): void => console.error(message);
    notice(`${describeMachine()}, ${workers} workers${torch === undefined ? '' : `, PyTorch ${torch}`}`);
    const views = await measureViews({ ...(python === undefined ? {} : { python }), size, workers, repeats, images, notice });
    const training: TrainingResult[] = [];
    if (!values['no-training']) {
      for (const method of ['erm', 'gac']) training.push(await measureTraining(method, { workers, threads: availableParallelism(), repeats, notice }));
    }
    const result = { machine: describeMachine(), workers, size, ...(torch === undefined ? {} : { pytorch: torch }), views, training };
    console.log(values['json'] ? JSON.stringify(result, null, 2) : render(views, training));
  },
};

function render({ ours, torch, ratio, spread, memory }: ViewsResult, training: readonly TrainingResult[]): string {
  const compared =
    torch === null || ratio === null || spread === null
      ? ''
      : `, torchvision ${torch.toFixed(0)}: ${ratio.toFixed(2)} times (quartiles ${spread.map((value) => value.toFixed(2)).join(' to ')})`;
  const steps = training.map(({ method, loaded, inMemory, ratio: cost, waited }) => [
    method,
    `${loaded.toFixed(0)} ms`,
    `${inMemory.toFixed(0)} ms`,
    `${((cost - 1) * 100).toFixed(1)} %`,
    `${waited.toFixed(1)} ms`,
  ]);
  return [
    `${ours.toFixed(0)} views a second${compared}`,
    `memory after 1,000 images ${memory.startMegabytes.toFixed(0)} MB, after ${Math.round(memory.images)} images ${memory.endMegabytes.toFixed(0)} MB`,
    ...(steps.length > 0 ? ['', renderTable(['ResNet-18 step', 'with the loader', 'from memory', 'cost of loading', 'waited'], steps)] : []),
  ].join('\n');
}
