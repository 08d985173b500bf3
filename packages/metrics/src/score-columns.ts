import { labelForms, labelMeaning, normalLabel } from './label-words.ts';
import { ScoreFileError, shown } from './score-file-error.ts';

/** Which cell holds what, by index; undefined where the file does not say it. */
export interface ScoreColumns {
  readonly score: number;
  /** Where bona fide and attack are told by a word or a number. */
  readonly label?: number;
  /** The same the other way round: what is true or 1 is an attack. */
  readonly attackLabel?: number;
  /** bob's four columns: a bona fide sample has its claimed identity here, an attack its species. */
  readonly realId?: number;
  readonly id?: number;
  readonly species?: number;
  readonly subject?: number;
  readonly video?: number;
  readonly frame?: number;
  readonly domain?: number;
  readonly logit?: number;
  /** Names of all columns, for people. */
  readonly names: readonly string[];
  /** The first line names the columns. */
  readonly header: boolean;
}

type Role = Exclude<keyof ScoreColumns, 'names' | 'header'>;

/** Names that columns have in files of others, in small letters, spaces and hyphens as underscores. */
const known: Readonly<Record<string, Role>> = {
  score: 'score',
  scores: 'score',
  prediction: 'score',
  probability: 'score',
  prob: 'score',
  is_bonafide: 'label',
  is_bona_fide: 'label',
  is_live: 'label',
  is_real: 'label',
  bonafide: 'label',
  is_attack: 'attackLabel',
  is_spoof: 'attackLabel',
  label: 'label',
  labels: 'label',
  target: 'label',
  ground_truth: 'label',
  class: 'label',
  test_label: 'id',
  id: 'id',
  path: 'id',
  file: 'id',
  filename: 'id',
  image: 'id',
  name: 'id',
  attack_type: 'species',
  species: 'species',
  pai: 'species',
  claimed_id: 'subject',
  subject: 'subject',
  subject_id: 'subject',
  client_id: 'subject',
  real_id: 'realId',
  video_key: 'video',
  video: 'video',
  video_id: 'video',
  frame_id: 'frame',
  frame: 'frame',
  domain: 'domain',
  dataset: 'domain',
  logit: 'logit',
};

/**
 * The columns of a file, from its first lines. The first line is a header where it has no number that could be a score.
 *
 * @param rows the first records, the header among them
 * @throws ScoreFileError where there is no score or nothing that tells bona fide from attack
 */
export function findColumns(rows: readonly { readonly cells: readonly string[]; readonly line: number }[], source: string): ScoreColumns {
  const [first] = rows;
  if (!first) throw new ScoreFileError(source, 0, 'it has no lines', 'scores and labels');
  if (!first.cells.some((cell) => cell !== '' && !Number.isNaN(Number(cell)))) return namedColumns(first.cells, first.line, source);
  return unnamedColumns(rows, source);
}

function namedColumns(cells: readonly string[], line: number, source: string): ScoreColumns {
  const names = cells.map((cell) => shown(cell.trim()));
  const found: Partial<Record<Role, number>> = {};
  for (const [i, name] of names.entries()) {
    const role = known[name.toLowerCase().replaceAll(/[ -]/g, '_')];
    if (role === undefined) continue;
    // Of two columns of a kind the first counts, but 'subject' before bob's 'claimed_id'.
    if (found[role] !== undefined && name !== 'subject') continue;
    found[role] = i;
  }
  const { score, label, attackLabel, realId } = found;
  const missing = [...(score === undefined ? ['score'] : []), ...((label ?? attackLabel ?? realId) === undefined ? ['is_bonafide'] : [])];
  if (missing.length > 0 || score === undefined) {
    throw new ScoreFileError(source, line, `its first line lacks ${missing.join(' and ')}`, 'the columns claimed_id,test_label,is_bonafide,attack_type,score');
  }
  return { ...found, score, names, header: true };
}

function unnamedColumns(rows: readonly { readonly cells: readonly string[]; readonly line: number }[], source: string): ScoreColumns {
  const [{ cells, line }] = rows as readonly [(typeof rows)[number]];
  switch (cells.length) {
    case 2: {
      const label = labelColumn(rows, 0, 1);
      if (label === undefined)
        throw new ScoreFileError(
          source,
          line,
          `neither '${shown(cells[0])}' nor '${shown(cells[1])}' is a label of known form`,
          `a score and a label (${labelForms})`,
        );
      return { label, score: 1 - label, names: label === 0 ? ['label', 'score'] : ['score', 'label'], header: false };
    }
    case 3: {
      const label = labelColumn(rows, 1, 2);
      if (label === undefined)
        throw new ScoreFileError(
          source,
          line,
          `neither '${shown(cells[1])}' nor '${shown(cells[2])}' is a label of known form`,
          `path, label and score (${labelForms})`,
        );
      return { id: 0, label, score: 3 - label, names: label === 1 ? ['path', 'label', 'score'] : ['path', 'score', 'label'], header: false };
    }
    case 4:
      return { subject: 0, realId: 1, id: 2, score: 3, names: ['claimed_id', 'real_id', 'test_label', 'score'], header: false };
    case 5:
      if (labelMeaning(cells[2] ?? '') === undefined)
        return { subject: 0, realId: 2, id: 3, score: 4, names: ['claimed_id', 'model_id', 'real_id', 'test_label', 'score'], header: false };
      return {
        ...{ subject: 0, id: 1, label: 2, species: 3, score: 4 },
        ...{ names: ['claimed_id', 'test_label', 'is_bonafide', 'attack_type', 'score'], header: false },
      };
    default:
      throw new ScoreFileError(
        source,
        line,
        `it has ${cells.length} columns and no line that names them`,
        'two, three, four or five, or a first line with names',
      );
  }
}

/** Which of two columns holds the labels: the one that begins with a label; where both do, the one that has nothing else. */
function labelColumn(rows: readonly { readonly cells: readonly string[] }[], a: number, b: number): number | undefined {
  const isLabel = (column: number, cells: readonly string[] | undefined) => labelMeaning(cells?.[column] ?? '') !== undefined;
  const [first] = rows;
  if (!isLabel(a, first?.cells)) return isLabel(b, first?.cells) ? b : undefined;
  if (!isLabel(b, first?.cells)) return a;
  const onlyLabels = (column: number) => rows.every(({ cells }) => isLabel(column, cells));
  // Scores of exactly 0 and 1 beside labels: labels are written without a point, and by habit in the last column.
  const whole = (column: number) => rows.every(({ cells }) => normalLabel(cells[column] ?? '') === cells[column]?.trim().toLowerCase());
  if (onlyLabels(a) && onlyLabels(b)) return whole(b) || !whole(a) ? b : a;
  return onlyLabels(a) ? a : b;
}
