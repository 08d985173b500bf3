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
    let tally = this.all.find((one) => one.series === series && one.kind === kind);
    if (!tally) {
      tally = { series, kind, cases: 0, ended: {}, broken: [] };
      this.all.push(tally);
    }
    tally.cases++;
    tally.ended[ended] = (tally.ended[ended] ?? 0) + 1;
    if (broken !== undefined) tally.broken.push(broken);
  }

  get broken(): readonly string[] {
    return this.all.flatMap(({ series, kind, broken }) => broken.map((what) => `${series}, ${kind}: ${what}`));
  }
}
