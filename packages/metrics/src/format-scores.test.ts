import { expect, it } from 'vitest';
import { formatScores } from './format-scores.ts';

it('writes the columns of bob, true and false in small letters, and nothing where nothing is known', () => {
  expect(
    formatScores([
      { claimedId: 'a', testLabel: 'live/a/1.jpg', isBonaFide: true, attackType: 'of no meaning here', score: 0.75, frameId: 1, videoKey: 'live/a' },
      { claimedId: '', testLabel: 'attack/b.jpg', isBonaFide: false, attackType: 'print', score: 0.25, videoKey: '' },
    ]),
  ).toBe('claimed_id,test_label,is_bonafide,attack_type,score,frame_id,video_key\na,live/a/1.jpg,true,,0.75,1,live/a\n,attack/b.jpg,false,print,0.25,,\n');
});

it('quotes commas, quotes, line breaks and spaces at an end, and adds domain and logit where they are known', () => {
  const row = { claimedId: 'a,b', testLabel: 'say "cheese"', isBonaFide: false, attackType: ' print', score: 1 / 3, videoKey: 'two\nlines' };
  expect(formatScores([{ ...row, domain: 'msu', logit: -0.5 }])).toBe(
    'claimed_id,test_label,is_bonafide,attack_type,score,frame_id,video_key,domain,logit\n"a,b","say ""cheese""",false," print",0.3333333333333333,,"two\nlines",msu,-0.5\n',
  );
});

it('refuses a score that is no number', () => {
  const row = { claimedId: '', testLabel: 'a.jpg', isBonaFide: true, attackType: '', score: Number.NaN, videoKey: '' };
  expect(() => formatScores([row])).toThrow("Cannot write scores: the score of 'a.jpg' is NaN, expected a finite number");
});
