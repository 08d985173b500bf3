import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Contender } from '../contender.ts';
import { quantile } from '../statistics.ts';
import { makePictures } from './pictures.ts';

const secondsPerTurn = 2;
const pictures = 256;

export interface ViewsResult {
  /** Views a second, medians over the rounds. */
  readonly ours: number;
  readonly torch: number | null;
  /** Ours over torchvision's: the median of the rounds' ratios, and their quartiles. */
  readonly ratio: number | null;
  readonly spread: readonly [lower: number, upper: number] | null;
  /** Resident memory of our process after the first thousand images, and at the end. */
  readonly memory: { readonly images: number; readonly startMegabytes: number; readonly endMegabytes: number };
}

interface Turn {
  readonly views: number;
  readonly seconds: number;
  readonly residentMegabytes?: number;
}

/** Files to augmented views, in turns. Runs until at least `images` images are read by ours. */
export async function measureViews(options: {
  readonly python?: string;
  readonly size: number;
  readonly workers: number;
  readonly repeats: number;
  readonly images: number;
  readonly notice: (message: string) => void;
}): Promise<ViewsResult> {
  const { python, size, workers, repeats, images, notice } = options;
  const folder = join(tmpdir(), 'gradalign-benchmark-pictures');
  const paths = await makePictures(folder, pictures);
  const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
  const nodeArguments = ['--conditions=@gradalign/source', '--import', 'tsx', here('views-child.ts'), JSON.stringify({ paths, size, workers })];
  using ours = await Contender.start('our loader', process.execPath, nodeArguments);
  using torch =
    python === undefined ? undefined : await Contender.start("torchvision's loader", python, [here('torch_views.py'), folder, String(size), String(workers)]);
  const turn = async (contender: Contender) => (await contender.ask({ seconds: secondsPerTurn })) as Turn;
  const [rates, torchRates, resident]: [number[], number[], { images: number; megabytes: number }[]] = [[], [], []];
  let seen = 0;
  for (let round = 0; round < repeats || seen < images; round++) {
    const own = await turn(ours);
    seen += own.views / 2;
    rates.push(own.views / own.seconds);
    resident.push({ images: seen, megabytes: own.residentMegabytes ?? Number.NaN });
    const other = torch && round < repeats ? await turn(torch) : undefined;
    if (other) torchRates.push(other.views / other.seconds);
    notice(
      `round ${round + 1}: ${rates.at(-1)?.toFixed(0)} views/s${other ? `, torchvision ${torchRates.at(-1)?.toFixed(0)}` : ''}, ${Math.round(seen)} images`,
    );
  }
  const ratios = torchRates.map((rate, i) => (rates[i] as number) / rate);
  const first = resident.find((entry) => entry.images >= 1000) ?? resident[0];
  return {
    ours: quantile(rates, 0.5),
    torch: torch ? quantile(torchRates, 0.5) : null,
    ratio: torch ? quantile(ratios, 0.5) : null,
    spread: torch ? [quantile(ratios, 0.25), quantile(ratios, 0.75)] : null,
    memory: { images: seen, startMegabytes: first?.megabytes ?? Number.NaN, endMegabytes: resident.at(-1)?.megabytes ?? Number.NaN },
  };
}
