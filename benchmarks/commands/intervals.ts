import { availableParallelism } from 'node:os';
import { bootstrapIntervals, compareConventions, parseScores, rankScores, type Scores } from '@gradalign/metrics';
import { type Command, readOptions, wholeNumber } from '../command.ts';
import { describeMachine } from '../machine.ts';
import { renderTable } from '../render-table.ts';

const help = `npm run bench -- intervals [--json] [--scores <n>] [--rounds <n>] [--lines <n>]

Bootstrap intervals of all figures (AUC, HTER, EER, APCER by species, BPCER, ACER, operating points) and reading score files, on one thread.
  --json        one JSON object for machines instead of the table
  --scores <n>  scores, half of them bona fide, attacks of three species (default 1000000)
  --rounds <n>  rounds of the bootstrap (default 1000)
  --lines <n>   lines of bob's columns that are read as a stream (default 5000000)`;

interface Row {
  readonly what: string;
  readonly seconds: number;
  /** Of processor time: what the seconds would be if nothing else ran. */
  readonly processor: number;
  /** Of the whole process at its largest so far, megabytes. */
  readonly memory: number;
}

export const command: Command = {
  async run(args) {
    const text = { type: 'string' } as const;
    const values = readOptions(args, { json: { type: 'boolean' }, scores: text, rounds: text, lines: text }, help);
    if (!values) return;
    const n = wholeNumber('scores', values['scores'], 1_000_000);
    const rounds = wholeNumber('rounds', values['rounds'], 1000);
    const lines = wholeNumber('lines', values['lines'], 5_000_000);
    console.error(`${describeMachine()}, 1 of ${availableParallelism()} threads`);
    const rows: Row[] = [];
    const measure = async (what: string, run: () => unknown) => {
      const [started, before] = [performance.now(), process.cpuUsage()];
      await run();
      const { user, system } = process.cpuUsage(before);
      rows.push({ what, seconds: (performance.now() - started) / 1000, processor: (user + system) / 1e6, memory: process.resourceUsage().maxRSS / 1024 });
    };
    await measure(`${lines} lines read as a stream`, () => parseScores(fileText(lines), { source: 'the stream' }));
    const scores = made(n);
    const people = { ...scores, subjects: Array.from({ length: n }, (_, i) => `person ${i % 500}`) };
    await measure(`${n} scores, figures without intervals`, () => compareConventions({ test: scores, bootstrap: false }));
    const at = [0.01, 0.05, 0.1].map((limit) => ({ limit }));
    for (const [over, given] of [
      ['samples', scores],
      ['500 subjects', people],
    ] as const) {
      const ranked = rankScores(given);
      const operating = { tprAtFpr: at, bpcerAtApcer: at, apcerAtBpcer: at };
      for (const method of ['percentile', 'bca'] as const) {
        await measure(`${n} scores, ${rounds} rounds over ${over}, ${method}`, () => bootstrapIntervals(ranked, operating, { rounds, method }));
      }
    }
    console.log(values['json'] ? JSON.stringify({ machine: describeMachine(), rows }, null, 2) : render(rows));
  },
};

function made(n: number): Scores {
  const scores = new Float64Array(n);
  const labels = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    labels[i] = i % 2;
    scores[i] = hash(i) + hash(i + n) + hash(i + 2 * n) + (labels[i] ? 0.7 : 0);
  }
  return { scores, labels, species: Array.from(labels, (label, i) => (label ? '' : (['print', 'replay', 'mask'][(i >> 1) % 3] as string))) };
}

async function* fileText(lines: number): AsyncGenerator<string> {
  yield 'claimed_id,test_label,is_bonafide,attack_type,score,frame_id,video_key\n';
  const part = 1000;
  for (let from = 0; from < lines; from += part) {
    const rows = Array.from({ length: Math.min(part, lines - from) }, (_, k) => {
      const i = from + k;
      const clip = `clip/${Math.floor(i / 20)}`;
      return `${i % 500},${clip}/${i % 20}.jpg,${i % 40 < 20},${i % 40 < 20 ? '' : 'print'},${hash(i)},${i % 20},${clip}`;
    });
    yield `${rows.join('\n')}\n`;
  }
}

/** A number in 0 ... 1 that looks random. */
function hash(i: number): number {
  let z = Math.imul(i ^ (i >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return ((z ^ (z >>> 15)) >>> 0) / 4294967296;
}

function render(rows: readonly Row[]): string {
  return renderTable(
    ['what', 'seconds', 'processor s', 'memory MB'],
    rows.map(({ what, seconds, processor, memory }) => [what, seconds.toFixed(1), processor.toFixed(1), memory.toFixed(0)]),
  );
}
