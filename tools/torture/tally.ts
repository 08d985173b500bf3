import { existsSync, readFileSync } from 'node:fs';

/** What a series of cases came to. */
export interface Tally {
  /** `kill`, `damage`, ... */
  readonly series: string;
  /** What was done to what: `train`, `images`. */
  readonly kind: string;
  cases: number;
  /** How many of the cases ended in each way: `same bytes`, `refused`. */
  readonly ended: Record<string, number>;
  /** Broken promises, with what repeats them. */
  readonly broken: string[];
}

/** Counts cases by series and kind. As JSON it is what {@link Tallies.read} reads. */
export class Tallies {
  readonly seed: number;
  readonly all: Tally[] = [];
  /** Number of the next case, by series. */
  readonly next: Record<string, number> = {};
  /** That all cases took together. */
  seconds = 0;

  constructor(seed: number) {
    this.seed = seed;
  }

  /** The counts of several files together. @throws Error where one is missing or of another seed. */
  static sum(files: readonly string[], seed: number): Tallies {
    const sum = new Tallies(seed);
    for (const file of files) {
      if (!existsSync(file)) throw new Error(`Cannot add up ${file}: it does not exist, expected a file that --counts wrote`);
      const { all, seconds } = Tallies.read(file, seed);
      for (const { series, kind, cases, ended, broken } of all) {
        const tally = sum.#of(series, kind);
        tally.cases += cases;
        for (const [how, n] of Object.entries(ended)) tally.ended[how] = (tally.ended[how] ?? 0) + n;
        tally.broken.push(...broken);
      }
      sum.seconds += seconds;
    }
    return sum;
  }

  /** The counts that a file holds, or none; @throws Error where they are of another seed. */
  static read(file: string | undefined, seed: number): Tallies {
    const tallies = new Tallies(seed);
    if (file === undefined || !existsSync(file)) return tallies;
    const kept = JSON.parse(readFileSync(file, 'utf8')) as Tallies;
    if (kept.seed !== seed) throw new Error(`Cannot go on with ${file}: it counts cases of seed ${kept.seed}, expected seed ${seed}`);
    tallies.all.push(...kept.all);
    Object.assign(tallies.next, kept.next);
    tallies.seconds = kept.seconds;
    return tallies;
  }

  count(series: string, kind: string, ended: string, broken?: string): void {
    const tally = this.#of(series, kind);
    tally.cases++;
    tally.ended[ended] = (tally.ended[ended] ?? 0) + 1;
    if (broken !== undefined) tally.broken.push(broken);
  }

  #of(series: string, kind: string): Tally {
    const known = this.all.find((one) => one.series === series && one.kind === kind);
    if (known) return known;
    const tally: Tally = { series, kind, cases: 0, ended: {}, broken: [] };
    this.all.push(tally);
    return tally;
  }

  get broken(): readonly string[] {
    return this.all.flatMap(({ series, kind, broken }) => broken.map((what) => `${series}, ${kind}: ${what}`));
  }
}
