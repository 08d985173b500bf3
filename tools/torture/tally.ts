/** What a series of cases came to. */
export interface Tally {
  /** `kill`, `damage`, ... */
  readonly series: string;
  /** What was done to what: `train killed`, `images`. */
  readonly kind: string;
  cases: number;
  /** How many of the cases ended in each way: `same bytes`, `refused`. */
  readonly ended: Record<string, number>;
  /** Broken promises, with what repeats them. */
  readonly broken: string[];
}

/** Counts cases by series and kind. */
export class Tallies {
  readonly all: Tally[] = [];

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
