import { ScoreError } from './errors.ts';
import { quoteCsv } from './quote-csv.ts';

/**
 * One line of a score file, in the columns of bob's PAD tools (bob.pad.base), so that an independent tool can check the figures:
 *
 *     claimed_id,test_label,is_bonafide,attack_type,score,frame_id,video_key
 */
export interface ScoreRow {
  /** The person; empty where not known. */
  readonly claimedId: string;
  /** The sample's id. */
  readonly testLabel: string;
  readonly isBonaFide: boolean;
  /** The species; empty for bona fide, and where not known. */
  readonly attackType: string;
  /** Higher = bona fide. */
  readonly score: number;
  readonly frameId?: number;
  /** The clip; empty where the image stands alone. */
  readonly videoKey: string;
  /** The data set. The file has a column `domain` where a row has this. */
  readonly domain?: string;
  /** What the score was before it became a probability. The file has a column `logit` where a row has this. */
  readonly logit?: number;
}

const columns = ['claimed_id', 'test_label', 'is_bonafide', 'attack_type', 'score', 'frame_id', 'video_key'];

/**
 * A score file in bob's columns: CSV with RFC 4180 quoting, `true` and `false`, shortest decimal numbers that read back to the same bits,
 * LF after each line. `domain` and `logit` stand at the end where they are known.
 *
 * @throws ScoreError for a score that is not finite
 */
export function formatScores(rows: readonly ScoreRow[]): string {
  const withDomain = rows.some(({ domain }) => domain !== undefined);
  const withLogit = rows.some(({ logit }) => logit !== undefined);
  const header = [...columns, ...(withDomain ? ['domain'] : []), ...(withLogit ? ['logit'] : [])];
  const lines = rows.map((row, i) => {
    if (!Number.isFinite(row.score)) throw new ScoreError(`Cannot write scores: the score of '${row.testLabel}' is ${row.score}, expected a finite number`, i);
    const cells = [
      row.claimedId,
      row.testLabel,
      String(row.isBonaFide),
      row.isBonaFide ? '' : row.attackType,
      String(row.score),
      String(row.frameId ?? ''),
      row.videoKey,
      ...(withDomain ? [row.domain ?? ''] : []),
      ...(withLogit ? [String(row.logit ?? '')] : []),
    ];
    return cells.map(quoteCsv).join(',');
  });
  return `${[header.join(','), ...lines].join('\n')}\n`;
}
