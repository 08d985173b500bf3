import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '@gradalign/core';
import { formatScores, type ScoreRow } from '@gradalign/metrics';

/** What a miniature run is like. */
export interface MiniatureRun {
  readonly method?: string;
  /** Domain that is tested on. */
  readonly target?: string;
  readonly seed?: number;
  readonly epochs?: number;
  readonly stepsPerEpoch?: number;
  /** Species of its attacks; three samples of each of 20 people. */
  readonly species?: readonly string[];
  /** How far the scores of bona fide samples and attacks lie apart: 0 is guessing, 1 separates them. */
  readonly separation?: number;
  /** An interrupted run has no results and no scores. */
  readonly finished?: boolean;
  /** HTER of videos in its results, under both conventions. */
  readonly hter?: number;
  /** AUC and HTER of the target after each epoch: the block `oracle`. */
  readonly oracle?: boolean;
  /** What its scores and thresholds are; older versions wrote none. */
  readonly scale?: 'logit' | 'probability';
  /** Thresholds of decisions on single images and videos alike, by name. */
  readonly decisions?: Readonly<Record<string, number>>;
}

/** Writes the folder of a run as training and `landscape` leave it behind: experiment, environment, log, scores, results and landscape. */
export function writeRun(folder: string, options: MiniatureRun = {}): void {
  const { method = 'gac', target = 'doorbell', seed = 0, epochs = 4, stepsPerEpoch = 6, finished = true, hter = 0.2 } = options;
  mkdirSync(join(folder, 'scores'), { recursive: true });
  const quoted = JSON.stringify(target);
  writeFileSync(
    join(folder, 'experiment.yaml'),
    `plugins: ["@gradalign/optimizers"]\nseed: ${seed}\ndata:\n  source: { webcam: { use: image-folder, root: nowhere }, phone: { use: image-folder, root: nowhere } }\n  target: { ${quoted}: { use: image-folder, root: nowhere } }\nmodel: { use: tiny-cnn }\noptimizer: { use: ${method}, base: { use: sgd, learningRate: 0.02 }, warmupEpochs: 1 }\ntrain: { epochs: ${epochs} }\nevaluate: { aggregate: mean }\n`,
  );
  writeFileSync(
    join(folder, 'environment.json'),
    JSON.stringify({ time: '2026-11-28T12:00:00.000Z', gradalign: '0.1.0', node: 'v20.20.2', engine: { name: 'tensorflow', version: '2.21.0', threads: 2 } }),
  );
  const random = createRandom(['miniature', method, seed]);
  const lines: unknown[] = [];
  for (let step = 0; step < epochs * stepsPerEpoch; step++) {
    const epoch = Math.floor(step / stepsPerEpoch);
    const loss = Math.exp(-step / (epochs * 2)) + 0.1 * random.uniform();
    lines.push({
      ...{
        event: 'step',
        step,
        epoch,
        kind: epoch < 1 ? 'erm' : method,
        learningRateFactor: 1 - step / (epochs * stepsPerEpoch),
        milliseconds: 80.5,
        waited: 0.1,
      },
      ...(step % 2 === 0 ? { cosines: cosinesAt(epoch < 1 ? ['weights'] : ['weights', 'ascending points'], random.uniform()) } : {}),
      losses: { total: loss, risks: { webcam: loss / 3, phone: loss / 3 }, auxiliary: loss / 3 },
    });
    if ((step + 1) % stepsPerEpoch === 0) lines.push({ event: 'epoch', epoch, validation: { hter: loss / 4, auc: 1 - loss / 5 } });
  }
  lines.push({ event: 'end', reason: finished ? 'finished' : 'interrupted', steps: { erm: stepsPerEpoch, [method]: (epochs - 1) * stepsPerEpoch } });
  writeFileSync(join(folder, 'log.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  if (!finished) return;
  writeFileSync(join(folder, 'scores', 'target.csv'), formatScores(miniatureScores(options)));
  const levels = (value: number) => ({
    pooled: { video: { n: 60, figures: { hter: value, auc: 0.9 } }, frame: { n: 180, figures: { hter: value, auc: 0.9 } } },
    domains: {},
  });
  const counts = { clips: { train: { live: 20, attack: 40 } }, images: 180, subjects: 20, withoutSubject: 0 };
  writeFileSync(
    join(folder, 'results.json'),
    JSON.stringify({
      ...{ method, classes: ['attack', 'live'], epochs, steps: { erm: stepsPerEpoch, [method]: (epochs - 1) * stepsPerEpoch }, checkpoint: 'epoch-0004' },
      thresholds: { frame: { value: 0.55, from: 'held out' }, video: { value: 0.5, from: 'held out' } },
      evaluation: {
        ...{ classes: ['attack', 'live'], aggregate: 'mean', literature: levels(hter), deployable: levels(hter) },
        ...(options.scale ? { scale: options.scale } : {}),
        ...(options.oracle ? { oracle: miniatureOracle } : {}),
      },
      protocol: {
        sources: ['webcam', 'phone'],
        targets: [target],
        splits: { source: ['train'], target: ['test'] },
        holdOut: 0.1,
        seed,
        training: { webcam: counts },
        heldOut: { webcam: counts },
        test: { [target]: counts },
        checks: { heldOutDisjoint: true, shared: [], targetsDisjoint: true, sharedFiles: [] },
      },
      seconds: { training: 75, evaluation: 3 },
    }),
  );
  if (options.decisions) writeFileSync(join(folder, 'decisions.json'), JSON.stringify({ format: 1, decisions: decisionsAt(options.decisions) }));
  writeFileSync(join(folder, 'features.json'), JSON.stringify(miniatureFeatures(target)));
  writeFileSync(
    join(folder, 'landscape.json'),
    JSON.stringify({
      ...{ kind: 'loss landscape', points: 21, radius: 1, measured: 441, checkpoint: 'epoch-0004' },
      domains: { webcam: bowl('source', 0.1), [target]: bowl('target', 0.3) },
    }),
  );
}

function cosinesAt(places: readonly string[], cosine: number) {
  return places.map((at) => ({ at, domains: ['webcam', 'phone'], cosine: at === 'weights' ? cosine - 0.5 : cosine }));
}

/** A valley with the loss `lowest` at its ground, on 21 x 21 points. */
function bowl(role: string, lowest: number) {
  const losses = Array.from({ length: 441 }, (_, i) => lowest + ((i % 21) / 10 - 1) ** 2 + 6 * (Math.floor(i / 21) / 10 - 1 + 0.2 * ((i % 21) / 10 - 1)) ** 2);
  return { role, samples: 120, losses };
}

/** Three frames of a video of each of 20 people, live and attacked by each species. */
function miniatureScores({ species = ['print', 'replay'], separation = 0.6, seed = 0 }: MiniatureRun = {}): ScoreRow[] {
  const random = createRandom(['miniature scores', seed]);
  const rows: ScoreRow[] = [];
  for (let person = 0; person < 20; person++) {
    for (const attack of [undefined, ...species]) {
      for (let frame = 0; frame < 3; frame++) {
        const video = `s${person}_${attack === undefined ? 'live' : `attack${species.indexOf(attack)}`}`;
        const center = attack === undefined ? 0.5 + separation / 3 : 0.5 - separation / 3;
        rows.push({
          ...{
            claimedId: `s${person}`,
            testLabel: `${video}/frame_${frame}.jpg`,
            isBonaFide: attack === undefined,
            attackType: attack ?? '',
            frameId: frame,
            videoKey: video,
          },
          score: Math.min(1, Math.max(0, center + (random.uniform() - 0.5) * 0.7)),
        });
      }
    }
  }
  return rows;
}

/** Best: epoch 2 of 3, AUC - HTER = 0.7; of all three the HTER has the mean 0.3 and the variance (0.01 + 0.01 + 0) / 3. */
const evaluations = [
  { epoch: 0, figures: { hter: 0.4, auc: 0.6 } },
  { epoch: 1, figures: { hter: 0.2, auc: 0.9 } },
  { epoch: 2, figures: { hter: 0.3, auc: 0.75 } },
];

const miniatureOracle = {
  evaluations,
  best: evaluations[1],
  lastTen: { n: 3, from: 0, mean: { hter: 0.3, auc: 0.75 }, deviation: { hter: Math.sqrt(0.02 / 3), auc: Math.sqrt(0.045 / 3) } },
};

/** Decisions as `gradalign calibrate` stores them. */
export function decisionsAt(thresholds: Readonly<Record<string, number>>): Record<string, Record<string, unknown>> {
  const level = (threshold: number) => ({
    ...{ threshold, interval: [threshold - 0.1, threshold + 0.1], resampled: 'subjects', apcer: 0.04, bpcer: 0.25, acer: 0.145 },
    ...{ n: 60, bonaFide: 20, attacks: 40, calibration: { method: 'temperature', temperature: 0.8, separated: false } },
  });
  return Object.fromEntries(
    Object.entries(thresholds).map(([name, threshold]) => [
      name,
      {
        ...{ weights: 'raw', checkpoint: 'epoch-0004', scale: 'probability', rule: { attacksAccepted: 0.05 }, chosenOn: 'the held-out source share (webcam)' },
        ...{ aggregate: 'mean', frame: level(threshold), video: level(threshold) },
      },
    ]),
  );
}

/** Two groups of points for each of two domains. */
export function miniatureFeatures(target: string) {
  const point = (domain: string, role: string, label: number, i: number) => ({
    ...{ id: `${domain}/${i}`, domain, role, label },
    ...{ principal: [label + i / 10, i % 3], umap: [i % 4, label - i / 10] },
  });
  return {
    ...{ kind: 'features', checkpoint: 'epoch-0004', weights: 'w', images: 'i', seed: 0, samples: 40, neighbors: 15, dimensions: 128 },
    ...{ explained: [0.5, 0.25], classes: ['attack', 'live'] },
    points: Array.from({ length: 40 }, (_, i) => point(i % 2 ? target : 'webcam', i % 2 ? 'target' : 'source', Math.floor(i / 2) % 2, i)),
  };
}
