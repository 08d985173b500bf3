import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRun, runReport } from '../src/index.ts';
import { decisionsAt, miniatureFeatures, writeRun } from './miniature-run.ts';
import { textOf } from './text-of.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gradalign-report-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Bona fide 0.9 0.8 0.7 0.3, attacks 0.6 0.2 0.1 0.1.
const eight = 'score,label\n0.9,live\n0.8,live\n0.7,live\n0.3,live\n0.6,spoof\n0.2,spoof\n0.1,spoof\n0.1,spoof\n';

describe('what a run says of itself', () => {
  const changed = async (change: (run: string) => void, options: Parameters<typeof runReport>[1] = { rounds: 0 }, how: Parameters<typeof writeRun>[1] = {}) => {
    const run = mkdtempSync(join(folder, 'own-'));
    writeRun(run, how);
    change(run);
    return textOf((await runReport(await readRun(run), options)).html);
  };
  const results = (run: string, change: (results: Record<string, unknown>) => unknown) => {
    const file = join(run, 'results.json');
    writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>)));
  };

  it('scores of the held-out share are no test: they give the expected performance curve, and the thresholds of the operating points', async () => {
    const text = await changed((run) => writeFileSync(join(run, 'scores', 'held-out.csv'), eight));
    expect(text).toContain('a domain it has not seen: 20 videos of live people and 40 attacks.');
    expect(text).not.toContain('held-out, ');
    expect(text).not.toContain('No expected performance curve');
    expect(text).toMatch(/TPR@FPR=1% [\d.]+% [\d.]+%/);
  });

  it('without them the operating points of the deployable column are not those of the test', async () => {
    expect(await changed(() => undefined)).toMatch(/TPR@FPR=1% see literature [\d.]+%/);
  });

  it('counts images without a score: rows of the file, and images that the run could not read, by class', async () => {
    const text = await changed((run) => {
      writeFileSync(join(run, 'scores', 'doorbell.csv'), 'score,label\n0.9,live\n0.2,spoof\n,spoof\n');
      rmSync(join(run, 'scores', 'target.csv'));
      const lost = (label?: number) => ({ kind: 'unreadable', what: `${label}.jpg`, why: 'cut off', ...(label === undefined ? {} : { label }) });
      results(run, (all) => ({ ...all, leftOut: { doorbell: [lost(0), lost(0), lost(1), { ...lost(), kind: 'no face' }], webcam: [lost(1)] } }));
    });
    // One attack with a score, one row without, two that cannot be read: 3 of 4; of people one of two.
    expect(text).toContain('attacks without a score (APNRR, of images) 3 (75.0%)');
    expect(text).toContain('people without a score (BPNRR, of images) 1 (50.0%)');
    expect(text).toContain('Without an answer stayed 3 images of attacks and 1 image of live people');
    expect(text).toContain('doorbell no face 1');
  });

  it('the oracle stands in a part of its own: best epoch by AUC - HTER, mean ± deviation of the last evaluations', async () => {
    const text = await changed(() => undefined, { rounds: 0 }, { oracle: true });
    expect(text).toContain('Chosen on the test data itself');
    expect(text).toContain('best epoch by AUC − HTER on the target epoch 2 20.0% 90.0%');
    expect(text).toContain('mean ± standard deviation of the last 3 evaluations from epoch 1 30.0% ± 8.2 75.0% ± 12.2');
    expect(await changed(() => undefined)).not.toContain('Oracle');
    expect(await changed((run) => results(run, (all) => ({ ...all, evaluation: { oracle: { best: 7 } } })))).toContain('the block is damaged');
  });

  it('decisions are shown with what was to be expected and what the test says; the summary is at the last one that fits', async () => {
    const write = (run: string) => {
      writeFileSync(join(run, 'scores', 'target.csv'), eight);
      const all = decisionsAt({ strict: 0.85, door: 0.5, old: 0.4 });
      writeFileSync(join(run, 'decisions.json'), JSON.stringify({ format: 1, decisions: { ...all, old: { ...all['old'], checkpoint: 'epoch-0001' } } }));
    };
    const text = await changed(write);
    expect(text).toContain('At the threshold 0.5; the decision door : APCER of at most 5.0% (worst species), chosen on the held-out source share (webcam)');
    expect(text).toContain('People who are refused 25.0% 1 of 4');
    expect(text).toContain(
      'door 0.5 0.4 to 0.6 APCER of at most 5.0% (worst species), on the held-out source share (webcam) (20 bona fide, 40 attacks) temperature 0.8 4.0% 25.0%',
    );
    expect(text).toContain('old is not applied to the test: it is for checkpoint epoch-0001');
    // At 0.85 three of four people are refused.
    expect(await changed(write, { rounds: 0, decision: 'strict' })).toContain('People who are refused 75.0% 3 of 4');
    await expect(changed(write, { decision: 'dor' })).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining("did you mean 'door'") });
    await expect(changed(write, { decision: 'old' })).rejects.toThrow('it is for checkpoint epoch-0001');
    await expect(changed(() => undefined, { decision: 'door' })).rejects.toThrow('it has no decisions');
    expect(await changed((run) => writeFileSync(join(run, 'decisions.json'), '{"format":2}'))).toContain('decisions: Cannot read');
  });

  it('results that were edited are not used, those of another version are, and both are told', async () => {
    expect(await changed((run) => results(run, (all) => ({ ...all, sha256: 'f'.repeat(64) })))).toContain('it is damaged or was edited');
    const older = await changed((run) => results(run, ({ checkpoint: _, ...all }) => all));
    expect(older).toContain('results of another version');
    expect(older).toContain('threshold fixed on held-out source data');
  });

  it.each([
    [undefined, /Not measured\. gradalign features \S+ adds them/],
    ['{"kind":"loss landscape"}', /Not drawn: features\.json holds no features/],
    ['{"kind":"features","points":[]}', /Not drawn: features\.json is damaged/],
    [
      JSON.stringify({ ...miniatureFeatures('x'), points: [{ id: 'a', domain: 'b', role: 'source', label: 1, principal: [1, null], umap: [0, 0] }] }),
      /is damaged/,
    ],
  ])('features.json with %j is said in one line', async (content, message) => {
    expect(
      await changed((run) => {
        rmSync(join(run, 'features.json'));
        if (content !== undefined) writeFileSync(join(run, 'features.json'), content);
      }),
    ).toMatch(message);
  });
});
