import { cannot, defineDataset, type Sample, type Split, suggestion } from '@gradalign/core';
import { Type } from '@sinclair/typebox';
import { attackOrLive } from '../../faces/attack-or-live.ts';
import type { FaceDataset } from '../../faces/face-dataset.ts';
import { byCodePoint } from '../../on-disk/code-point-order.ts';
import { type FileIndex, indexFiles, nothingFits } from '../../on-disk/file-index.ts';
import { findSeparators } from '../../on-disk/find-separators.ts';
import { Findings } from '../../on-disk/findings.ts';
import type { FileEntry } from '../../on-disk/folder-tree.ts';
import { oneOf } from '../../on-disk/one-of.ts';
import { parseCsv } from '../../on-disk/parse-csv.ts';
import { readText } from '../../on-disk/read-text.ts';
import { splitOf } from '../../on-disk/words.ts';
import { readClipName } from '../../samples/clip-name.ts';
import { channels, hdf5Reader } from './hdf5-reader.ts';

const layout = `<date>/<client>_<session>_<presenter>_<type>_<pai>.hdf5, type 0 is live: 31.01.18/514_01_035_1_05.hdf5
in it Frame_0/array, Frame_1/array, ...: 3 x height x width of color, or 4 of gray, depth, infrared and thermal
wmca-protocols-csv/PROTOCOL-grandtest.csv: path, label, ..., train | dev | eval
These are the preprocessed files (face-station); the raw recordings of the sensors, whose files have no Frame_<n>, are not read`;

/**
 * WMCA (George et al., IEEE TIFS 2020): 1,679 clips of 72 people, as HDF5. The fourth number of a name is the type of presentation: 0 bona fide,
 * 1 disguise (glasses), 2 fake face (heads and masks), 3 photo, 4 video. Splits come from a protocol's list; without one, everything is train.
 */
export const wmca = defineDataset({
  name: 'wmca',
  summary: 'WMCA: 1,679 clips of 72 people in HDF5, color or gray, depth, infrared, thermal; splits by protocol lists',
  paper: 'George, Mostaani, Geissenbuhler, Nikisins, Anjos, Marcel: Biometric Face PAD with Multi-Channel CNN, IEEE TIFS 2020',
  layout,
  options: Type.Object(
    {
      root: Type.String({ format: 'path', description: 'Folder that holds the HDF5 files and the lists' }),
      protocol: Type.String({ default: 'grandtest', description: 'The part between PROTOCOL- and .csv: grandtest, LOO_fakehead, ...' }),
      channel: oneOf(channels, { default: 'color', description: 'Channel that frames are read from; gray instead of color where a file has no color' }),
    },
    { additionalProperties: false },
  ),
  async create({ root, protocol, channel }, { domain, folder }): Promise<FaceDataset> {
    const index = await indexFiles(root, folder, domain, layout);
    const findings = new Findings(index);
    const clips = findClips(index, channel === 'color', findings);
    if (clips.size === 0) throw nothingFits(index, domain, layout);
    const splits = await readProtocol(index, protocol, clips, domain, findings);
    const samples = [...clips].flatMap(([key, file]): Sample[] => {
      const split = splits ? splits.get(key) : (splitInPath(file.id) ?? 'train');
      const said = readClipName(key, split ?? 'train', 'wmca');
      if (!split || !said) return [];
      const { set: _, live, ...rest } = said;
      return [{ id: file.id, video: file.id, image: { clip: file.path }, label: live ? 1 : 0, split, ...rest }];
    });
    return {
      classes: attackOrLive,
      samples: samples.sort((a, b) => byCodePoint(a.id, b.id)),
      notes: findings.notes({
        polarity: "the fourth number of a clip's name is 0 for live, 1 to 4 for attack",
        official: { all: { live: 347, attack: 1332 } },
      }),
      clipReader: hdf5Reader(channel),
    };
  },
});

/** `31.01.18/514_01_035_1_05`: a client may come on several days with the same numbers. */
function keyOf(path: string): string | undefined {
  const [, day, name] = /(?:^|\/)(?:(\d{2}\.\d{2}\.\d{2})[/_])?(\d{3}_\d{2}_\d{3}_[0-4]_\d{2})(?:\.(?:hdf5|h5))?$/i.exec(path) ?? [];
  return name === undefined ? undefined : `${day === undefined ? '' : `${day}/`}${name}`;
}

/** Clips by key; of those present twice, once in color (RGB) and once in other channels (CDIT), the one asked for. */
function findClips(index: FileIndex, color: boolean, findings: Findings): Map<string, FileEntry> {
  const clips = new Map<string, FileEntry>();
  for (const file of index.files) {
    const key = /\.(hdf5|h5)$/i.test(file.id) ? keyOf(file.id) : undefined;
    if (key === undefined) {
      if (!/\.(csv|txt|pdf|md)$/i.test(file.id)) findings.unmatched(file.id);
      continue;
    }
    const there = clips.get(key);
    const suits = ({ id }: FileEntry) => (/(^|[/_])cdit([/_]|$)/i.test(id) ? !color : /(^|[/_])rgb([/_]|$)/i.test(id) ? color : undefined);
    if (!there || (suits(there) === false && suits(file) === true)) clips.set(key, file);
    else if (suits(there) === suits(file)) findings.problem(`${file.id} duplicates ${there.id}: not used`);
  }
  return clips;
}

/** Splits by clip, from the protocol's list: one file with a column train, dev or eval, or one file for each. */
async function readProtocol(
  index: FileIndex,
  protocol: string,
  clips: ReadonlyMap<string, FileEntry>,
  domain: string,
  findings: Findings,
): Promise<Map<string, Split> | undefined> {
  const lists = index.files.flatMap((file) => {
    const [, of = '', part = ''] = /(?:^|\/)PROTOCOL-(.+?)(?:_(train|dev|eval))?\.csv$/i.exec(file.id) ?? [];
    return of === '' ? [] : [{ file, of: of.replace(/-curated$/i, ''), split: splitOf(part) }];
  });
  const own = lists.filter(({ of }) => of.toLowerCase() === protocol.toLowerCase());
  if (own.length === 0 && (lists.length > 0 || protocol !== 'grandtest')) {
    const there = [...new Set(lists.map(({ of }) => of))];
    throw cannot(
      `read data set '${domain}'`,
      `its option protocol is '${protocol}', and its lists are of ${there.join(', ') || 'none'}`,
      `one of those${suggestion(protocol, there)}`,
      { exitCode: 2 },
    );
  }
  if (own.length === 0) {
    if (![...clips.values()].some(({ id }) => splitInPath(id))) findings.problem('there is no list PROTOCOL-grandtest.csv: all clips are train');
    return undefined;
  }
  const whole = own.filter(({ split }) => !split);
  const splits = new Map<string, Split>();
  for (const { file, split } of whole.length > 0 ? whole.slice(0, 1) : own) {
    const { text, separators, firstLine } = findSeparators(readText(file));
    for (const { line, fields } of parseCsv(text, file.path, { separator: separators[0], firstLine })) {
      const where = `${file.id} line ${line}`;
      const path = (fields[0] ?? '').normalize('NFC').replaceAll('\\', '/');
      const key = keyOf(path);
      const to = split ?? splitOf((fields.at(-1) ?? '').trim());
      if (key === undefined || !to) {
        if (line > 1 || key !== undefined)
          findings.leaveOut('entry', where, `'${fields.join(',').slice(0, 80)}' cannot be read, expected path, label, ..., train | dev | eval`);
        continue;
      }
      const clip = clips.has(key) ? key : key.slice(key.lastIndexOf('/') + 1);
      const label = fields.length > 1 ? Number(fields[1]) : Number.NaN;
      if (Number.isFinite(label) && (label === 0) !== (clip.split('_').at(-2) === '0'))
        findings.problem(`${where}: label ${fields[1]} contradicts the name ${path}`);
      if (!clips.has(clip)) findings.missing(path);
      else if (!splits.has(clip)) splits.set(clip, to);
      else findings.problem(`${where}: ${path} again${splits.get(clip) === to ? '' : `, in ${to} after ${splits.get(clip)}`}`);
    }
  }
  const without = [...clips].filter(([key]) => !splits.has(key)).map(([, { id }]) => id);
  findings.problems(without, (n) => `${n} ${n === 1 ? 'clip is' : 'clips are'} not in the protocol's list, not used`);
  return splits;
}

function splitInPath(id: string): Split | undefined {
  return id
    .split('/')
    .slice(0, -1)
    .map((part) => splitOf(part))
    .findLast((split) => split !== undefined);
}
