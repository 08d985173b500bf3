import { expect, it } from 'vitest';
import { parseScores } from './parse-scores.ts';
import { ScoreFileError } from './score-file-error.ts';

it('reads 1,000 damaged files to the end, or says what is wrong with them in one line', () => {
  const whole = 'claimed_id,test_label,is_bonafide,attack_type,score\n1,a,true,,0.5\n2,"b ""c""",false,print,1e-3\n3,d,False,,-2\n';
  const pieces = ['"', ',', '\n', '\r', ';', '\t', ' ', '\0', '\uFEFF', 'NaN', '1', '-', 'sep=', '\ud800', ''];
  let state = 7;
  const random = (n: number) => {
    state = (state * 48271) % 2147483647;
    return state % n;
  };
  const counts = { read: 0, refused: 0 };
  for (let file = 0; file < 1000; file++) {
    let text = whole;
    for (let damage = 0; damage <= file % 4; damage++) {
      const at = random(text.length + 1);
      text = text.slice(0, at) + (pieces[random(pieces.length)] as string) + text.slice(at + random(3));
    }
    try {
      const { scores, labels } = parseScores(text);
      expect(labels.length).toBe(scores.length);
      expect(scores.every(Number.isFinite)).toBe(true);
      counts.read++;
    } catch (error) {
      expect(error).toBeInstanceOf(ScoreFileError);
      expect((error as Error).message).toMatch(/^Cannot read scores from the text(:\d+)?: .+, expected .+$/);
      counts.refused++;
    }
  }
  expect(counts.read).toBeGreaterThan(100);
  expect(counts.refused).toBeGreaterThan(100);
});
