import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRun, readScoreFileSubject, readStudyFolder, runReport, studyReport, subjectsReport, writePictures } from '../src/index.ts';
import { contourLevels } from '../src/plots/landscape-plot.ts';
import { thinLandscape } from '../src/read/landscape.ts';
import { writeRun } from './miniature-run.ts';
import { textOf } from './text-of.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gradalign-report-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function scoreFile(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

// Bona fide 0.9 0.8 0.7 0.3, attacks 0.6 0.2 0.1 0.1: at 0.5 one of four attacks passes and one of four people is refused.
const eight = 'score,label\n0.9,live\n0.8,live\n0.7,live\n0.3,live\n0.6,spoof\n0.2,spoof\n0.1,spoof\n0.1,spoof\n';

describe('a score file', () => {
  it('gives the rates at a threshold, and says how it was read', async () => {
    const { html } = await runReport(await readScoreFileSubject(scoreFile('eight.csv', eight)), { threshold: 0.5 });
    const text = textOf(html);
    expect(text).toContain('Attacks that pass 25.0% 1 of 4 attacks');
    expect(text).toContain('People who are refused 25.0% 1 of 4 images of live people');
    expect(text).toContain('separated by commas; live = bona fide, spoof = attack; higher score = bona fide');
    expect(text).toContain('No deployable column');
  });

  it('fixes the deployable threshold on --dev scores and draws the expected performance curve', async () => {
    const dev = scoreFile('dev.csv', 'score,label\n0.9,live\n0.75,live\n0.65,spoof\n0.1,spoof\n');
    const { html, pictures } = await runReport(await readScoreFileSubject(scoreFile('eight.csv', eight), dev), {});
    // Between 0.65 and 0.75 on dev: two of four people are refused at 0.75, no attack passes.
    expect(textOf(html)).toContain('People who are refused 50.0% 2 of 4');
    expect(pictures.map(({ id }) => id)).toContain('epc');
  });

  it('of one class has a page that says why there are no figures', async () => {
    const { html, pictures } = await runReport(await readScoreFileSubject(scoreFile('one.csv', 'score,label\n0.9,live\n0.8,live\n')), { rounds: 0 });
    expect(textOf(html)).toContain('No error rates: Cannot compute figures');
    expect(pictures).toEqual([]);
  });

  it('of logits has no reliability diagram and says so', async () => {
    const { html } = await runReport(await readScoreFileSubject(scoreFile('logits.csv', eight.replaceAll('0.', '-3.'))), { rounds: 0 });
    expect(textOf(html)).toContain('No reliability diagram: the scores are not probabilities');
  });

  it('with a logit for every row ranks by it, and takes the probabilities for calibration', async () => {
    // All probabilities are 1: by them nothing can be told apart, by the logits everything.
    const { html, pictures } = await runReport(
      await readScoreFileSubject(scoreFile('ties.csv', 'score,label,logit\n1,live,50\n1,live,60\n1,spoof,40\n1,spoof,30\n')),
      {},
    );
    expect(textOf(html)).toMatch(/AUC 100\.0%/);
    expect(textOf(html)).toContain('calibration error (ECE) 50.0%');
    expect(pictures.map(({ id }) => id)).toContain('reliability');
  });

  it('that is none is a user error with its line', async () => {
    await expect(readScoreFileSubject(scoreFile('bad.csv', 'score,label\n0.9,live\nhello,spoof\n'))).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining('bad.csv:3'),
    });
  });
});

describe('a run', () => {
  it('has every plot with title, description and numbers', async () => {
    const run = join(folder, 'run');
    writeRun(run);
    const { html, pictures } = await runReport(await readRun(run), { rounds: 0 });
    expect(pictures.map(({ id }) => id)).toEqual([
      'roc',
      'det',
      'thresholds',
      'scores-by-species',
      'reliability',
      'loss',
      'loss-by-domain',
      'cosines-weights',
      'cosines-ascending',
      'learning-rate',
      'validation-1',
      'validation-2',
      'landscape-1',
      'landscape-surface-1',
      'landscape-2',
      'landscape-surface-2',
      'features-principal-domain',
      'features-principal-class',
      'features-umap-domain',
      'features-umap-class',
    ]);
    for (const { id, svg, csv } of pictures) {
      expect(svg).toContain(`<title id="${id}-title">`);
      expect(svg).toContain(`<desc id="${id}-description">`);
      expect(csv.split('\n').length).toBeGreaterThan(2);
    }
    expect(textOf(html)).toContain('The network tiny-cnn was trained by gac on webcam and phone.');
    expect(textOf(html)).toContain("the run's data cannot be read");
  });

  it.each([
    ['logit', 2, '2'],
    [undefined, 0.5, '0.5'],
  ])('whose thresholds have the scale %s compares them with scores of that scale', async (scale, value, shown) => {
    const run = mkdtempSync(join(folder, 'scale-'));
    writeRun(run);
    writeFileSync(join(run, 'scores', 'target.csv'), 'score,label,logit\n0.9,live,3\n0.6,live,1\n0.3,spoof,-1\n0.2,spoof,-2\n');
    const results = JSON.parse(readFileSync(join(run, 'results.json'), 'utf8')) as Record<string, unknown>;
    writeFileSync(join(run, 'results.json'), JSON.stringify({ ...results, thresholds: { frame: { value }, video: { value }, scale } }));
    const { html } = await runReport(await readRun(run), { rounds: 0 });
    // At the logit 2 one of two people is refused, at the probability 0.5 nobody.
    expect(textOf(html)).toContain(`People who are refused ${scale === 'logit' ? '50.0%' : '0.0%'}`);
    expect(textOf(html)).toContain(`At the threshold ${shown};`);
  });

  it('draws the cosines between the gradients of the domains over the epochs, and passes over those that are damaged', async () => {
    const run = join(folder, 'cosines');
    writeRun(run);
    const step = (n: number, cosines: unknown) => JSON.stringify({ event: 'step', step: n, epoch: n, kind: 'gac', losses: { total: 1, risks: {} }, cosines });
    const pair = { domains: ['webcam', 'phone'], at: 'weights', cosine: -0.25 };
    writeFileSync(
      join(run, 'log.jsonl'),
      `${step(0, [pair, { ...pair, at: 'ascending points', cosine: 0.5 }])}\n${step(1, [null, 'x', {}, { ...pair, cosine: null }])}\n${step(2, 7)}\n`,
    );
    const { pictures } = await runReport(await readRun(run), { rounds: 0 });
    const csv = (id: string) => pictures.find((picture) => picture.id === id)?.csv;
    expect(csv('cosines-weights')).toBe('series,epoch,value\nwebcam and phone,0.5,-0.25\n');
    expect(csv('cosines-ascending')).toBe('series,epoch,value\nwebcam and phone,0.5,0.5\n');
  });

  it('gives the same bytes twice', async () => {
    const run = join(folder, 'again');
    writeRun(run);
    const make = async () => (await runReport(await readRun(run), { rounds: 50 })).html;
    expect(await make()).toBe(await make());
  });

  it('that was interrupted says where, and still has its learning curves', async () => {
    const run = join(folder, 'interrupted');
    writeRun(run, { finished: false });
    const { html, pictures } = await runReport(await readRun(run), { rounds: 0 });
    expect(textOf(html)).toContain('This run is not finished. It was interrupted after step 24, in epoch 4 of 4.');
    expect(pictures.map(({ id }) => id)).toContain('loss');
  });

  it('whose log breaks off in a line counts the line and draws the rest', async () => {
    const run = join(folder, 'cut');
    writeRun(run);
    const log = readFileSync(join(run, 'log.jsonl'), 'utf8');
    writeFileSync(join(run, 'log.jsonl'), `${log.slice(0, 2000)}\n{"event":"st`);
    const { html } = await runReport(await readRun(run), { rounds: 0 });
    expect(textOf(html)).toMatch(/log: \d lines of log.jsonl cannot be read/);
  });

  it.each([
    ['results.json', '{"broken'],
    ['results.json', '[]'],
    ['results.json', '{"method":7,"protocol":[],"thresholds":null,"evaluation":"none","seconds":3}'],
    ['environment.json', 'null'],
    ['experiment.yaml', 'a: [1'],
    ['experiment.yaml', 'just text'],
    ['log.jsonl', '{"event":"step"}\n\u0000\n[]\n'],
    ['scores/target.csv', ''],
    ['scores/target.csv', 'is_bonafide,score\ntrue,NaN\n'],
  ])('whose %s holds %j still has a report', async (file, content) => {
    const run = mkdtempSync(join(folder, 'broken-'));
    writeRun(run);
    writeFileSync(join(run, file), content);
    const { html } = await runReport(await readRun(run), { rounds: 0 });
    expect(html).toContain('</html>');
  });

  it.each(['results.json', 'environment.json', 'log.jsonl', 'scores'])('without %s still has a report that names it', async (name) => {
    const run = mkdtempSync(join(folder, 'without-'));
    writeRun(run);
    rmSync(join(run, name), { recursive: true });
    const { html } = await runReport(await readRun(run), { rounds: 0 });
    expect(textOf(html)).toContain(`${name} is missing`);
  });

  it('of 150 epochs takes less than 5 s of processor time and 3 MB', async () => {
    const run = join(folder, 'long');
    writeRun(run, { epochs: 150, stepsPerEpoch: 100, species: Array.from({ length: 12 }, (_, i) => `species ${i}`) });
    // Processor time: other tests run beside this one.
    const started = process.cpuUsage();
    const { html } = await runReport(await readRun(run), {});
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1e6).toBeLessThan(5);
    expect(html.length).toBeLessThan(3e6);
  });
});

describe('a study', () => {
  it('shows paired tests, corrected, beside the differences: two pairs allow no p below 0.5', async () => {
    const study = join(folder, 'tested');
    for (const [method, seed, hter] of [
      ['erm', 0, 0.3],
      ['erm', 1, 0.32],
      ['gac', 0, 0.2],
      ['gac', 1, 0.24],
    ] as const)
      writeRun(join(study, `${method}-doorbell-seed${seed}-abcdef`), { method, seed, hter, oracle: true, ...(seed === 0 ? { decisions: { door: 0.5 } } : {}) });
    const text = textOf(studyReport(await readStudyFolder(study)).html);
    expect(text).toMatch(/gac HTER 2 −9\.00 .{3,30} 0\.5000 0\.5000 0\.5000 0\.5000/);
    // A decision of one run is none of the others.
    expect(text).toContain(
      'At the threshold fixed on held-out source data before the test (deployable) method attacks that pass people who are refused runs erm',
    );
    expect(text).toContain('With 2 pairs no difference, however large, can have a p below 0.05.');
    expect(text).toContain('doorbell erm 2 20.0% ± 0.0 30.0% ± 8.2 90.0% ± 0.0 75.0% ± 12.2');
  });

  it('calls no difference clear that two pairs agree on by chance, or that is the same in all pairs', async () => {
    const verdict = async (name: string, differences: readonly number[]) => {
      const study = join(folder, name);
      differences.forEach((difference, seed) => {
        writeRun(join(study, `erm-doorbell-seed${seed}-abcdef`), { method: 'erm', seed, hter: 0.3 });
        writeRun(join(study, `gac-doorbell-seed${seed}-abcdef`), { method: 'gac', seed, hter: 0.3 + difference });
      });
      return /95% interval \S+ to \S+: ([a-z ]+?) \d/.exec(textOf(studyReport(await readStudyFolder(study)).html))?.[1];
    };
    expect(await verdict('two', [-0.1, -0.1])).toBe('too few pairs to tell');
    expect(await verdict('three equal', [-0.1, -0.1, -0.1])).toBe('too few pairs to tell');
    // Mean -0.09, half the interval 4.303 x 0.01 / sqrt(3) = 0.025.
    expect(await verdict('three', [-0.1, -0.09, -0.08])).toBe('a clear difference');
    expect(await verdict('across zero', [-0.1, 0, 0.1])).toBe('no clear difference');
  });

  it('sets runs that were scored by probabilities apart from those by logits, and names them', async () => {
    const study = join(folder, 'mixed');
    for (const [method, seed, scale] of [
      ['erm', 0, 'logit'],
      ['erm', 1, undefined],
      ['gac', 0, 'logit'],
      ['gac', 1, 'logit'],
    ] as const)
      writeRun(join(study, `${method}-doorbell-seed${seed}-abcdef`), { method, seed, ...(scale ? { scale } : {}) });
    const text = textOf(studyReport(await readStudyFolder(study)).html);
    expect(text).toContain('1 of 4 runs are in no figure: erm, doorbell, seed 1.');
    expect(text).toContain('apart : an older version scored it by probabilities');
  });

  it('pairs by seed, and names runs that are not finished instead of counting them', async () => {
    const study = join(folder, 'study');
    // gac - erm: +0.02 and +0.04 for seeds 0 and 1; seed 2 has no pair.
    for (const [method, seed, hter] of [
      ['erm', 0, 0.2],
      ['erm', 1, 0.22],
      ['gac', 0, 0.22],
      ['gac', 1, 0.26],
      ['erm', 2, 0.9],
    ] as const)
      writeRun(join(study, `${method}-doorbell-seed${seed}-abcdef`), { method, seed, hter });
    writeRun(join(study, 'gac-doorbell-seed2-abcdef'), { method: 'gac', seed: 2, finished: false });
    const { html, pictures } = studyReport(await readStudyFolder(study));
    const text = textOf(html);
    const forest = pictures.find(({ id }) => id === 'differences');
    expect(forest?.csv).toMatch(/^method,baseline,target,pairs,mean,low,high\ngac,erm,doorbell,2,0\.03,/);
    expect(text).toContain('1 of 6 runs are in no figure: gac, doorbell, seed 2.');
    expect(text).toContain('unfinished : interrupted after step 24, epoch 4');
  });

  it('names a combination that has no run', async () => {
    const study = join(folder, 'holes');
    for (const [method, seed] of [
      ['erm', 0],
      ['erm', 1],
      ['gac', 0],
    ] as const)
      writeRun(join(study, `${method}-doorbell-seed${seed}-abcdef`), { method, seed });
    expect(textOf(studyReport(await readStudyFolder(study)).html)).toContain('1 of 4 runs are in no figure: gac, doorbell, seed 1.');
  });

  it('without a run is a user error', async () => {
    mkdirSync(join(folder, 'empty'));
    await expect(readStudyFolder(join(folder, 'empty'))).rejects.toMatchObject({ name: 'UserError', exitCode: 2 });
  });
});

it('several systems have a table for each convention, and one without scores of both kinds is named', async () => {
  const subjects = [await readScoreFileSubject(scoreFile('good.csv', eight)), await readScoreFileSubject(scoreFile('poor.csv', 'score,label\n0.9,live\n'))];
  const text = textOf(subjectsReport(subjects, {}).html);
  expect(text).toContain('2 systems side by side: good and poor.');
  expect(text).toContain('poor : Cannot compute figures');
});

it('plots for papers are SVG without names of colors, PNG three times the size, and CSV', async () => {
  const { pictures } = await runReport(await readScoreFileSubject(scoreFile('paper.csv', eight)), { rounds: 0 });
  const out = join(folder, 'figures');
  await writePictures(pictures, out);
  expect(readdirSync(out).length).toBe(3 * pictures.length);
  expect(readFileSync(join(out, 'roc.svg'), 'utf8')).not.toContain('var(');
  expect((await sharp(join(out, 'roc.png')).metadata()).width).toBe(1200);
  expect(statSync(join(out, 'roc.csv')).size).toBeGreaterThan(0);
});

it('names from outside are text in the page, the plots and the numbers', async () => {
  const run = join(folder, 'hostile');
  const hostile = '</script><script>alert(1)</script>"onload="alert(2)\u001b[2J';
  writeRun(run, { species: [hostile, 'print'] });
  const { html, pictures } = await runReport(await readRun(run, { name: hostile }), { rounds: 0 });
  const svgs = pictures.map(({ svg }) => svg).join('');
  for (const markup of [html, svgs]) {
    expect(markup).not.toContain('<script');
    expect(markup).not.toContain('\u001b');
    expect(markup).not.toMatch(/<[^>]*\sonload=/);
  }
  expect(pictures.map(({ csv }) => csv).join('')).not.toContain('\u001b');
});

describe('a loss landscape', () => {
  /** L = a² + 4 b² + 0.1 on 5 x 5 points. */
  const bowl = Array.from({ length: 25 }, (_, i) => ((i % 5) / 2 - 1) ** 2 + 4 * (Math.floor(i / 5) / 2 - 1) ** 2 + 0.1);
  const domains = {
    webcam: { role: 'source', samples: 9, losses: bowl },
    [`x'"><b>`]: { role: 'target', samples: 9, losses: bowl.map((loss, i) => (i === 0 ? null : 2 * loss)) },
  };
  const complete = { kind: 'loss landscape', points: 5, radius: 1, measured: 25, checkpoint: 'epoch-0004', domains };
  const reportWith = async (landscape: unknown) => {
    const run = mkdtempSync(join(folder, 'landscape-'));
    writeRun(run);
    rmSync(join(run, 'landscape.json'));
    if (landscape !== undefined) writeFileSync(join(run, 'landscape.json'), typeof landscape === 'string' ? landscape : JSON.stringify(landscape));
    return runReport(await readRun(run), { rounds: 0 });
  };

  it('is drawn by domain on the same levels, with the numbers of every point', async () => {
    const { html, pictures } = await reportWith(complete);
    const drawn = pictures.filter(({ id }) => /^landscape-\d/.test(id));
    expect(drawn.map(({ id }) => id)).toEqual(['landscape-1', 'landscape-2']);
    const [first, second] = drawn;
    expect(first?.csv.split('\n').slice(0, 3)).toEqual(['first,second,loss', '-1,-1,5.1', '-0.5,-1,4.35']);
    expect(first?.csv.split('\n')[13]).toBe('0,0,0.1');
    expect(second?.csv.split('\n')[1]).toBe('-1,-1,NaN');
    for (let level = 1; level <= 8; level++) expect(second?.svg).toContain(`fill="var(--level-${level})"`);
    expect(html).not.toContain('"><b>');
    expect(first?.svg.length).toBeLessThan(40_000);
  });

  it('stands beside the contours as a surface of 16 cells, without those that have a corner where the loss is not finite', async () => {
    const { pictures } = await reportWith(complete);
    const cells = (id: string) => pictures.find((picture) => picture.id === id)?.svg.match(/Z" fill="var\(--level-/g)?.length;
    expect(cells('landscape-surface-1')).toBe(16);
    expect(cells('landscape-surface-2')).toBe(15);
    const [contours, surface] = ['landscape-1', 'landscape-surface-1'].map((id) => pictures.find((picture) => picture.id === id)?.csv);
    expect(surface).toBe(contours);
  });

  it('of 201 x 201 points is drawn on fewer, the solution among them, and the page stays under 3 MB', async () => {
    const points = 201;
    const losses = Array.from({ length: points ** 2 }, (_, i) => Math.abs((i % points) - 100) + Math.abs(Math.floor(i / points) - 100) + 1);
    const domain = (role: string) => ({ role, samples: 9, losses });
    const { html, pictures } = await reportWith({
      ...complete,
      points,
      measured: points ** 2,
      domains: { a: domain('source'), b: domain('source'), c: domain('target') },
    });
    expect(html.length).toBeLessThan(3e6);
    for (const id of ['landscape-1', 'landscape-surface-1']) expect(pictures.find((picture) => picture.id === id)?.csv).toContain('\n0,0,1\n');
  });

  it('thinned keeps what it stands for: every third of 13 points is 5 points at twice three steps of six', () => {
    const losses = Array.from({ length: 169 }, (_, i) => i);
    const thin = thinLandscape({ points: 13, radius: 1, checkpoint: '', domains: [{ name: 'a', role: 'source', samples: 1, losses }] }, 5);
    expect([thin.points, thin.radius]).toEqual([5, 1]);
    expect(thin.domains[0]?.losses.slice(0, 5)).toEqual([0, 3, 6, 9, 12]);
    expect(thin.domains[0]?.losses[12]).toBe(6 * 13 + 6);
  });

  it.each([
    [undefined, /Not measured\. gradalign landscape \S+ adds it/],
    [{ ...complete, measured: 12 }, /Not drawn: 12 of 25 points are measured\. gradalign landscape/],
    [{ ...complete, points: 4 }, /Not drawn: landscape\.json is damaged/],
    [{ ...complete, domains: { webcam: { losses: bowl.slice(1) } } }, /Not drawn: landscape\.json is damaged/],
    [{ ...complete, domains: { webcam: { losses: bowl.map(() => null) } } }, /Not drawn: landscape\.json is damaged/],
    [{ some: 'file' }, /Not drawn: landscape\.json is no loss landscape/],
    ['{"broken', /Not measured/],
  ])('%j is said in one line', async (landscape, message) => {
    const { html, pictures } = await reportWith(landscape);
    expect(textOf(html)).toMatch(message);
    expect(pictures.filter(({ id }) => id.startsWith('landscape'))).toEqual([]);
  });

  it('has levels by equal factors where losses differ by more than 20 times', () => {
    expect(contourLevels([1, 256, null])).toEqual([1, 2, 4, 8, 16, 32, 64, 128].map((level) => expect.closeTo(level, 9)));
    expect(contourLevels([0, 8])).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(contourLevels([0.5, 0.5])).toEqual([0.5]);
  });
});
