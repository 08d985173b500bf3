import { defineDataset, type Sample, type Split } from '@gradalign/core';
import { Type } from '@sinclair/typebox';
import { attackOrLive } from '../../faces/attack-or-live.ts';
import { indexFiles, nothingFits } from '../../on-disk/file-index.ts';
import { type FoundClip, findClips } from '../../on-disk/find-clips.ts';
import { Findings } from '../../on-disk/findings.ts';

const layout = `train_release/1..20/{1,2,HR_1,3,4,HR_2,5,6,HR_3,7,8,HR_4}.avi
test_release/1..30/ the same: 1,2,HR_1 are live; 3,4,HR_2 warped photos; 5,6,HR_3 cut photos; 7,8,HR_4 videos`;

/**
 * CASIA-FASD (Zhang et al.: A Face Antispoofing Database with Diverse Attacks, ICB 2012): 50 people, three cameras, 150 live clips and 450 attacks.
 * Of 1 to 8, odd numbers have normal and even ones low quality; HR is high. 1, 2 and HR_1 are live (some copies file HR_1 under attacks: according to
 * the paper it is live). There is no development split and no face annotation.
 *
 * Subject numbers start at 1 in each folder and mean different people: those of `test_release` are subjects 21 to 50 here, as in bob.db.casia_fasd.
 */
export const casiaFasd = defineDataset({
  name: 'casia-fasd',
  summary: 'CASIA-FASD: 150 live clips and 450 attacks (warped and cut photos, videos) of 50 people; train and test by folder',
  paper: 'Zhang, Yan, Liu, Lei, Yi, Li: A Face Antispoofing Database with Diverse Attacks, ICB 2012',
  layout,
  options: Type.Object(
    { root: Type.String({ format: 'path', description: 'Folder that holds train_release and test_release' }) },
    { additionalProperties: false },
  ),
  async create({ root }, { domain, folder }) {
    const index = await indexFiles(root, folder, domain, layout);
    const findings = new Findings(index);
    const clips = findClips(index, { parse: parseName }, findings);
    if (clips.length === 0) throw nothingFits(index, domain, layout);
    reportGaps(clips, findings);
    return {
      classes: attackOrLive,
      samples: clips.map(sampleOf),
      notes: findings.notes({
        polarity: 'live is 1, 2 and HR_1; attack is 3 to 8 and HR_2 to HR_4',
        official: { train: { live: 60, attack: 180 }, test: { live: 90, attack: 270 } },
      }),
    };
  },
});

interface ClipName {
  readonly key: string;
  readonly split: Split;
  /** 1 to 50. */
  readonly subject: number;
  /** 1 to 8, HR_1 to HR_4. */
  readonly file: string;
}

/** Clips of each kind: of normal, low and high quality. */
const kinds: readonly { readonly species?: string; readonly files: readonly string[] }[] = [
  { files: ['1', '2', 'HR_1'] },
  { species: 'print/warped', files: ['3', '4', 'HR_2'] },
  { species: 'cut-print', files: ['5', '6', 'HR_3'] },
  { species: 'replay', files: ['7', '8', 'HR_4'] },
];
const qualities = ['normal', 'low', 'high'] as const;
const people = { train: 20, test: 30 } as const;

function parseName(path: string): ClipName | undefined {
  const [, folder = '', digits, name = ''] = /(?:^|\/)(train|test)_release\/0*(\d+)\/([1-8]|HR_[1-4])$/i.exec(path) ?? [];
  const split = folder.toLowerCase() as 'train' | 'test';
  const number = Number(digits);
  if (digits === undefined || number < 1 || number > people[split]) return undefined;
  const subject = split === 'train' ? number : number + people.train;
  const file = name.toUpperCase();
  return { key: `${subject} ${file}`, split, subject, file };
}

function reportGaps(clips: readonly FoundClip<ClipName>[], findings: Findings): void {
  const folders = new Map<string, number>();
  for (const { file } of clips) {
    const folder = file.id.slice(0, file.id.lastIndexOf('/'));
    folders.set(folder, (folders.get(folder) ?? 0) + 1);
  }
  const incomplete = [...folders].filter(([, n]) => n < 12).map(([folder, n]) => `${folder} (${n})`);
  findings.problems(incomplete, (n) => `${n} ${n === 1 ? 'folder holds' : 'folders hold'} fewer than the 12 clips of a person`);
}

function sampleOf({ file, name }: FoundClip<ClipName>): Sample {
  const kind = kinds.find(({ files }) => files.includes(name.file));
  const quality = qualities[kind?.files.indexOf(name.file) ?? 0];
  return {
    id: file.id,
    video: file.id,
    image: { clip: file.path },
    label: kind?.species === undefined ? 1 : 0,
    split: name.split,
    ...(kind?.species === undefined ? {} : { species: kind.species }),
    subject: String(name.subject),
    device: `${quality} quality`,
  };
}
