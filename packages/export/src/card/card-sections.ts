import type { Decision, PartCounts } from '@gradalign/core';
import type { Figures, FiguresByLevel } from '@gradalign/metrics';
import type { CardFacts, MeasuredTarget, TestedTarget } from './card-facts.ts';
import { percent, plain, table } from './markdown.ts';

/** Both conventions, a row for each target and level. */
export function resultsSection({ tested, untested, measured }: CardFacts): string {
  if (measured.length > 0) return measuredSection(measured);
  if (tested.length === 0)
    return 'The run was tested on nothing: its experiment names no target, or its score files are gone. **Nothing is known about its errors.**';
  const rows = (of: (target: TestedTarget) => FiguresByLevel | undefined) =>
    tested.flatMap((target) => {
      const found = of(target);
      return found ? [row(target.name, 'image', found), ...(found.video ? [row(target.name, 'video', found.video)] : [])] : [];
    });
  const deployable = rows((target) => target.deployable);
  const header = ['target', 'level', 'bona fide', 'attacks', 'HTER', 'AUC', 'BPCER', 'APCER (worst species)'];
  return [
    '**Deployable**: the threshold was fixed beforehand, on held-out source data. Expect this.',
    deployable.length > 0 ? table(header, deployable) : 'Not available: no threshold was fixed.',
    '**Literature**: the threshold is the equal error point of the test data itself, as published tables have it. No deployment can choose it.',
    table(
      header,
      rows((target) => target.literature),
    ),
    'Brackets: 95 % intervals, bootstrap over subjects where all rows name one, else over videos, else over images.',
    ...Object.entries(untested).map(([name, why]) => `No figures for ${plain(name)}: ${plain(why)}`),
  ].join('\n\n');
}

/** Of more than two classes: thresholds and the two conventions do not exist. */
function measuredSection(measured: readonly MeasuredTarget[]): string {
  const names = [...new Set(measured.flatMap(({ figures }) => Object.keys(figures)))];
  const cell = (value: number | string | undefined) => (typeof value === 'number' ? String(Number(value.toFixed(4))) : plain(value ?? ''));
  return [
    'The class with the highest probability is the decision, so there is no threshold.',
    table(
      ['target', 'level', 'samples', ...names.map(plain)],
      measured.map(({ name, level, n, figures }) => [plain(name), level, String(n), ...names.map((figure) => cell(figures[figure]))]),
    ),
  ].join('\n\n');
}

function row(name: string, level: string, of: Figures): string[] {
  const worst = Math.max(...Object.values(of.apcer));
  return [
    plain(name),
    level,
    String(of.bonaFide),
    String(of.attacks),
    within(of, 'hter', of.hter),
    within(of, 'auc', of.auc),
    within(of, 'bpcer', of.bpcer),
    percent(worst),
  ];
}

function within({ intervals }: Figures, name: string, value: number): string {
  const { [name]: interval } = intervals;
  return Array.isArray(interval) ? `${percent(value)} [${(100 * Number(interval[0])).toFixed(2)}, ${(100 * Number(interval[1])).toFixed(2)}]` : percent(value);
}

/** APCER of each species of attack in each target, at the deployable threshold where there is one. */
export function speciesSection({ tested, results: { classes } }: CardFacts): string {
  if (classes.length !== 2)
    return 'Not known: a run of more than two classes keeps its figures and no score of each image, and which of its classes are attacks is not said.';
  const rows = tested.flatMap(({ name, deployable, literature }) => {
    const { apcer, intervals } = deployable ?? literature;
    const { apcer: ranges } = intervals;
    return Object.entries(apcer).map(([species, share]) => {
      const range = ranges && !Array.isArray(ranges) ? (ranges as Readonly<Record<string, readonly [number, number]>>)[species] : undefined;
      return [
        plain(name),
        plain(species),
        `${percent(share)}${range ? ` [${(100 * range[0]).toFixed(2)}, ${(100 * range[1]).toFixed(2)}]` : ''}`,
        deployable ? 'deployable' : 'literature',
      ];
    });
  });
  return rows.length > 0 ? table(['target', 'species', 'APCER (images)', 'threshold'], rows) : 'Not measured.';
}

/** Thresholds that the run fixed, and decisions made later. */
export function thresholdsSection({ results: { thresholds }, decisions }: CardFacts): string {
  const fixed =
    'error' in thresholds
      ? `The run fixed no threshold: ${plain(thresholds.error)}.`
      : table(
          ['level', `threshold (${thresholds.scale ?? 'probability'})`, 'from'],
          [
            ['image', String(thresholds.frame.value), plain(thresholds.frame.from)],
            ['video', String(thresholds.video.value), plain(thresholds.video.from)],
          ],
        );
  if (decisions.size === 0) return `${fixed}\n\nNo decision was made with \`gradalign calibrate\`.`;
  const rows = [...decisions].map(([name, { frame, scale, chosenOn }]) => [plain(name), `${frame.threshold} (${scale})`, rates(frame), plain(chosenOn)]);
  return `${fixed}\n\nDecisions (images; error rates are those of the data they were chosen on):\n\n${table(['decision', 'threshold', 'error rates', 'chosen on'], rows)}`;
}

function rates({ apcer, bpcer }: Decision['frame']): string {
  return `APCER ${percent(apcer)}, BPCER ${percent(bpcer)}`;
}

/** Counts of what was trained on and held out. */
export function trainingSection({ results: { protocol, epochs, method } }: CardFacts): string {
  if (!protocol) return 'The run is of an older version and kept no counts.';
  const rows = (part: string, counts: Readonly<Record<string, PartCounts>>) =>
    Object.entries(counts).map(([name, { clips, images, subjects, withoutSubject }]) => {
      const all: Record<string, number> = {};
      for (const byClass of Object.values(clips)) for (const [label, n] of Object.entries(byClass)) all[label] = (all[label] ?? 0) + n;
      const people = `${subjects}${withoutSubject > 0 ? ` and ${withoutSubject} clips without one` : ''}`;
      return [
        plain(name),
        part,
        String(images),
        plain(
          Object.entries(all)
            .map(([label, n]) => `${n} ${label}`)
            .join(', '),
        ),
        people,
      ];
    });
  const counts = table(
    ['domain', 'part', 'images', 'clips', 'subjects'],
    [...rows('trained on', protocol.training), ...rows('held out', protocol.heldOut), ...rows('test', protocol.test)],
  );
  return `${epochs} epochs by ${plain(method)}.\n\n${counts}`;
}

/** What is known of the cost: seconds and the machine, and nothing that was not measured. */
export function costSection({ results: { seconds }, environment }: CardFacts): string {
  const { cpu, cores } = (environment['machine'] ?? {}) as Readonly<Record<string, unknown>>;
  const { threads, gpu } = (environment['engine'] ?? {}) as Readonly<Record<string, unknown>>;
  const wall = `${duration(seconds.training)} of training and ${duration(seconds.evaluation)} of evaluation (wall clock)`;
  const most =
    typeof threads === 'number'
      ? ` With ${threads} threads that is at most ${duration(threads * (seconds.training + seconds.evaluation))} of processor time.`
      : '';
  const machine = typeof cpu === 'string' ? ` on ${plain(cpu)}, ${plain(String(cores))} cores${gpu === true ? ', with a GPU' : ''}` : '';
  return `${wall}${machine}.${most} Power was not measured, and no carbon figure is made up from it. Runs that led to this one are not counted.`;
}

function duration(seconds: number): string {
  if (seconds < 120) return seconds.toFixed(0) === '1' ? '1 second' : `${seconds.toFixed(0)} seconds`;
  return seconds < 7200 ? `${(seconds / 60).toFixed(0)} minutes` : `${(seconds / 3600).toFixed(1)} hours`;
}
