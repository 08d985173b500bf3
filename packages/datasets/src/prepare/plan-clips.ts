import { cannot, type Rectangle, type Sample } from '@gradalign/core';
import type { FaceDataset, FaceSample } from '../faces/face-dataset.ts';
import { byCodePoint } from '../on-disk/code-point-order.ts';
import { clipNames, fileName } from './clip-names.ts';

/** A unit of work: a video, the images of one video, or an image that stands alone. */
export interface PlannedClip {
  /** The id of the clip in its data set: the sample's, or that of the video its images belong to. */
  readonly id: string;
  readonly label: 'live' | 'attack';
  /** Its frames in ascending order where they are images; one sample where it is a whole video. */
  readonly samples: readonly [FaceSample, ...FaceSample[]];
  /** Below the domain's folder: `train/attack/replay/ipad/<video>`. */
  readonly folder: string;
}

export interface ClipPlan {
  /** In the order of their ids. */
  readonly clips: readonly PlannedClip[];
  /** Clips listed with two labels or in two splits. */
  readonly contradictory: readonly { readonly id: string; readonly reason: string }[];
  /** One sentence each. */
  readonly problems: readonly string[];
}

/** Sorts a data set's samples into clips, and gives each its folder. */
export function planClips(dataset: FaceDataset, domain: string): ClipPlan {
  const { classes } = dataset;
  if (!classes.includes('live') || !classes.includes('attack') || classes.length !== 2)
    throw cannot(`prepare '${domain}'`, `its classes are ${classes.join(', ')}`, 'live and attack', { exitCode: 2 });
  const groups = new Map<string, Sample[]>();
  for (const sample of dataset.samples) {
    const id = isClip(sample) ? sample.id : (sample.video ?? sample.id);
    const group = groups.get(id);
    if (group) group.push(sample);
    else groups.set(id, [sample]);
  }
  const problems: string[] = [];
  const contradictory: { id: string; reason: string }[] = [];
  const found: Omit<PlannedClip, 'folder'>[] = [];
  for (const id of [...groups.keys()].sort(byCodePoint)) {
    const listed = groups.get(id) as Sample[];
    const [first] = listed as [Sample];
    const words = (sample: Sample) => `${classes[sample.label] ?? `class ${sample.label}`} in ${sample.split}`;
    const other = listed.find((sample) => sample.label !== first.label || sample.split !== first.split);
    if (other) {
      contradictory.push({ id, reason: `it is listed as ${words(first)} and as ${words(other)}` });
      continue;
    }
    const samples = [...new Map(listed.map((sample) => [sample.id, sample])).values()].sort(
      (a, b) => (a.frame ?? 0) - (b.frame ?? 0) || byCodePoint(a.id, b.id),
    );
    if (samples.length < listed.length) problems.push(`${id} is listed ${listed.length} times: prepared once`);
    found.push({ id, label: classes[first.label] as 'live' | 'attack', samples: samples as unknown as [Sample, ...Sample[]] });
  }
  return { clips: withFolders(found), contradictory, problems };
}

function isClip({ image }: Sample): boolean {
  return 'clip' in image;
}

/** The face's box, where an adapter gives it with the image itself. */
export function ownBox({ image }: Sample): Rectangle | undefined {
  return 'path' in image ? image.box : undefined;
}

function withFolders(clips: readonly Omit<PlannedClip, 'folder'>[]): PlannedClip[] {
  const byParent = new Map<string, number[]>();
  clips.forEach(({ label, samples: [{ split, species }] }, i) => {
    const finer = label === 'attack' && species ? `/${species.split('/').map(fileName).join('/')}` : '';
    const parent = `${split}/${label}${finer}`;
    const those = byParent.get(parent);
    if (those) those.push(i);
    else byParent.set(parent, [i]);
  });
  const folders: string[] = [];
  for (const [parent, those] of byParent) {
    const names = clipNames(those.map((i) => (clips[i] as PlannedClip).id));
    those.forEach((i, k) => {
      folders[i] = `${parent}/${names[k]}`;
    });
  }
  return clips.map((clip, i) => ({ ...clip, folder: folders[i] as string }));
}
