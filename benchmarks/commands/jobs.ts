import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Command, readOptions, wholeNumber } from '../command.ts';
import { describeMachine, watchOthers } from '../machine.ts';
import { renderTable } from '../render-table.ts';
import { median } from '../statistics.ts';

const help = `npm run bench -- jobs [--json] [--runs <n>] [--repeats <n>]

What a run started by \`compare --jobs\` takes beside one in the process of \`compare\`, in turns: a study of short runs, trained one after another on one
thread both ways. Then --plan of 80 runs, and --status of 10,000 folders of 1,000 runs.
  --json         one JSON object for machines instead of the table
  --runs <n>     runs of the study (default 4)
  --repeats <n>  rounds of both (default 3)`;

/** Seconds on the clock, and of processor time of the command and its children: what the clock would show if nothing else ran on this machine. */
interface Taken {
  readonly seconds: number;
  readonly processor: number;
}

const cli = dirname(createRequire(import.meta.url).resolve('gradalign/package.json'));
const bin = join(cli, 'bin/gradalign.js');
const built = existsSync(join(cli, 'dist/main.js'));

export const command: Command = {
  async run(args) {
    const text = { type: 'string' } as const;
    const values = readOptions(args, { json: { type: 'boolean' }, runs: text, repeats: text }, help);
    if (!values) return;
    const runs = wholeNumber('runs', values['runs'], 4);
    const repeats = wholeNumber('repeats', values['repeats'], 3);
    console.error(`${describeMachine()}, ${built ? 'built' : 'from source'}`);
    const folder = mkdtempSync(join(tmpdir(), 'gradalign-bench-jobs-'));
    try {
      const others = watchOthers([]);
      const rounds = Array.from({ length: repeats }, (_, round) => {
        writeStudy(folder, `alone-${round}`, `methods: { erm: {} }\nseeds: [${range(runs)}]`);
        writeStudy(folder, `jobs-${round}`, `methods: { erm: {} }\nseeds: [${range(runs)}]`);
        const alone = take(folder, ['compare', `alone-${round}.yaml`]);
        return { alone, jobs: take(folder, ['compare', `jobs-${round}.yaml`, '--jobs', '1', '--threads-per-job', '1']) };
      });
      const middle = (of: (round: (typeof rounds)[number]) => number) => median(rounds.map(of));
      const result = {
        ...{ machine: describeMachine(), built, runs, repeats },
        inOneProcess: { seconds: middle(({ alone }) => alone.seconds / runs), processor: middle(({ alone }) => alone.processor / runs) },
        byJobs: { seconds: middle(({ jobs }) => jobs.seconds / runs), processor: middle(({ jobs }) => jobs.processor / runs) },
        overhead: {
          seconds: middle(({ alone, jobs }) => (jobs.seconds - alone.seconds) / runs),
          processor: middle(({ alone, jobs }) => (jobs.processor - alone.processor) / runs),
          ratio: middle(({ alone, jobs }) => jobs.seconds / alone.seconds),
        },
        plan80: planOf80(folder),
        status10000: statusOf10000(folder),
        /** Share of the machine that everything but this process used, its children among it. */
        busy: others(),
      };
      console.log(values['json'] ? JSON.stringify(result, null, 2) : render(result));
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

function render({ runs, inOneProcess, byJobs, overhead, plan80, status10000 }: Results): string {
  const row = (what: string, { seconds, processor }: Taken) => [what, seconds.toFixed(2), processor.toFixed(2)];
  const rows = [
    row(`a run, ${runs} in one process`, inOneProcess),
    row('a run by --jobs 1', byJobs),
    row('more by --jobs', overhead),
    row('--plan of 80 runs', plan80),
    row('--status of 10,000 folders', status10000),
  ];
  return `${renderTable(['what', 'seconds', 'of the processor'], rows)}\n--jobs takes ${overhead.ratio.toFixed(2)} times as long for these runs`;
}

interface Results {
  readonly runs: number;
  readonly inOneProcess: Taken;
  readonly byJobs: Taken;
  readonly overhead: Taken & { readonly ratio: number };
  readonly plan80: Taken;
  readonly status10000: Taken;
}

function planOf80(folder: string): Taken {
  const methods = 'methods: { erm: {}, gac: { optimizer: gac }, sam: { optimizer: sam }, fish: { optimizer: fish } }';
  writeStudy(folder, 'eighty', `${methods}\nseeds: [${range(5)}]`, [0, 15, 30, 45]);
  return take(folder, ['compare', 'eighty.yaml', '--plan']);
}

function statusOf10000(folder: string): Taken {
  const seeds = 500;
  writeStudy(folder, 'finished', 'methods: { erm: {} }');
  take(folder, ['compare', 'finished.yaml']);
  const [finished] = readdirSync(join(folder, 'finished')).filter((name) => name.startsWith('erm-'));
  const results = readFileSync(join(folder, 'finished', finished as string, 'results.json'));
  writeStudy(folder, 'many', `methods: { erm: {}, gac: { optimizer: gac } }\nseeds: [${range(seeds)}]`);
  const environment = JSON.stringify({ gradalign: '0.0.0', machine: 'x'.repeat(2000), settings: '0'.repeat(64) });
  for (let seed = 0; seed < seeds; seed++)
    for (const method of ['erm', 'gac'])
      for (let other = 0; other < 10; other++) {
        const run = join(folder, 'many', `${method}-of0-seed${seed}-00000${other}`);
        mkdirSync(run, { recursive: true });
        writeFileSync(join(run, 'results.json'), results);
        writeFileSync(join(run, 'environment.json'), environment);
      }
  return take(folder, ['compare', 'many.yaml', '--status']);
}

const range = (n: number): string => Array.from({ length: n }, (_, i) => i).join(', ');

/** A study of rotated digits, a few seconds of training a run. */
function writeStudy(folder: string, name: string, keys: string, angles: readonly number[] = [0, 30]): void {
  const domains = angles.map((angle) => `    of${angle}: { use: rotated-mnist, angle: ${angle}, limit: 120 }`);
  writeFileSync(
    join(folder, `${name}-experiment.yaml`),
    `plugins: ["@gradalign/optimizers", "@gradalign/models", "@gradalign/datasets", "@gradalign/fas-gac"]
workers: 0
threads: 1
data:
  source:
${domains.join('\n')}
  image: { size: 28, mean: [0.1307], std: [0.3081] }
  batch: { perDomain: 12 }
model: { use: tiny-cnn, width: 4, blocks: 3, stride: 2, head: linear }
losses: [cross-entropy]
optimizer: { use: erm, base: { use: sgd, learningRate: 0.05 } }
train: { epochs: 2 }
`,
  );
  const targets = angles.length > 2 ? '' : 'leaveOut: [of0]\n';
  writeFileSync(join(folder, `${name}.yaml`), `experiment: ${name}-experiment.yaml\n${targets}${keys}\noutput: ${name}\n`);
}

function take(folder: string, args: readonly string[]): Taken {
  const [started, before] = [performance.now(), childrenSeconds()];
  const { status, stderr } = spawnSync(process.execPath, [bin, ...args, '--quiet'], { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`gradalign ${args.join(' ')} ended with ${status}: ${stderr}`);
  return { seconds: (performance.now() - started) / 1000, processor: childrenSeconds() - before };
}

/** Processor time of children that have ended, and of theirs; NaN where the system does not say. */
function childrenSeconds(): number {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[13]) + Number(fields[14])) / 100;
  } catch {
    return Number.NaN;
  }
}
