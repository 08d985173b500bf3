import { describe, expect, it } from 'vitest';
import type { LeftOut, Sample } from '../contracts/dataset.ts';
import { describeLeftOut, describeProblems, LeftOutLedger, leftOutOf, lossBeyond } from './left-out.ts';

const samples = (count: number, video?: (i: number) => string): Sample[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `${i}.png`,
    image: { path: `/${i}.png` },
    label: i % 2,
    split: 'train',
    ...(video ? { video: video(i) } : {}),
  }));
const lost = (kind: LeftOut['kind'], count: number, unit?: 'clip'): LeftOut[] =>
  Array.from({ length: count }, (_, i) => ({ kind, what: `${kind} ${i}`, why: 'so', ...(unit ? { unit } : {}) }));

describe('a domain is refused', () => {
  it.each<[string, number, LeftOut[], number | undefined, string | undefined]>([
    ['1 of 100 files is 1 %, which is tolerated', 99, lost('missing', 1), undefined, undefined],
    ['2 of 101 are more', 99, lost('missing', 2), undefined, '2 of 101 images (1.98 %, at most 1 % may be): 2 missing files'],
    [
      'kinds of files count together',
      99,
      [...lost('missing', 1), ...lost('kind', 1)],
      undefined,
      '1 missing file: missing 0 (so); 1 file of a kind that is not read',
    ],
    ['one label of 10,000 is too many', 9_999, lost('label', 1), undefined, '1 of 10000 images (0.01 %, at most 0 % may be)'],
    ['a share that is set is for labels too', 9, lost('label', 1), 0.1, undefined],
    ['a share that is set may be stricter', 999, lost('missing', 1), 0, '1 of 1000 images (0.1 %, at most 0 % may be)'],
    ['files in other places are told only', 1, lost('place', 50), undefined, undefined],
    [
      'labels and files are said at once, and the share that would do is that of the larger',
      8,
      [...lost('label', 2), ...lost('missing', 8)],
      undefined,
      '; and 8 of 16 images',
    ],
  ])('%s', (_, count, leftOut, tolerate, message) => {
    const found = lossBeyond('x', { samples: samples(count) }, leftOut, tolerate);
    if (message === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(message);
  });

  it('clips without a face are a share of the clips, not of the images: 1 of 10 clips of 100 images each', () => {
    const nine = samples(900, (i) => `clip ${Math.floor(i / 100)}`).map((sample) => ({ ...sample, label: 1 }));
    expect(lossBeyond('x', { samples: nine }, lost('no face', 1, 'clip'), undefined)).toContain(
      '1 of 10 clips (10 %, at most 1 % may be): 1 clip without a face',
    );
    expect(lossBeyond('x', { samples: nine }, lost('no face', 1, 'clip'), undefined)).toContain('accept the loss with data.tolerate: 0.1');
  });

  it('an unreadable file that is among the samples counts once: 1 of 50', () => {
    expect(lossBeyond('x', { samples: samples(50) }, [{ kind: 'unreadable', what: '7.png', why: 'so' }], 0.02)).toBeUndefined();
    expect(lossBeyond('x', { samples: samples(50) }, [{ kind: 'unreadable', what: '7.png', why: 'so' }], undefined)).toContain('1 of 50 images (2 %');
  });
});

describe('what is left out', () => {
  it('is said in a line for each kind, with counts, the first three names and the reason once where it is the same', () => {
    expect(describeLeftOut("domain 'x'", [...lost('missing', 5), { kind: 'label', what: 'row 2', why: "the label is 'lve'" }])).toEqual([
      "domain 'x' leaves out 1 image or row with an unknown label: row 2 (the label is 'lve')",
      "domain 'x' leaves out 5 missing files: missing 0, missing 1, missing 2 and 2 more (so)",
    ]);
  });

  it('is understood of adapters that only name missing files; their other problems are said, those already named are not', () => {
    const notes = { missing: ['a.png'], problems: ['a clip has two labels'] };
    expect(leftOutOf({ classes: [], samples: [], notes })).toEqual([{ kind: 'missing', what: 'a.png', why: 'there is no such file' }]);
    expect(describeProblems('x', { notes: { ...notes, leftOut: [{ kind: 'entry', what: 'a clip has two labels', why: 'so' }] } })).toBe(
      'x has 1 problem: 1 part of the complete data set is not there: a.png',
    );
    expect(describeProblems('x', { notes })).toBe('x has 1 problem: a clip has two labels');
  });

  it('is collected once, by domain', () => {
    const ledger = new LeftOutLedger();
    ledger.add('a', lost('missing', 1));
    ledger.add('a', lost('missing', 2));
    ledger.add('b', []);
    expect(ledger.record()).toEqual({ a: lost('missing', 2) });
  });
});
