import type { Rectangle, Split } from '@gradalign/core';
import type { FaceSample } from '../faces/face-dataset.ts';
import { byCodePoint } from '../on-disk/code-point-order.ts';
import type { Findings } from '../on-disk/findings.ts';
import type { FileEntry } from '../on-disk/folder-tree.ts';
import { readClipName } from './clip-name.ts';

/** What is known about one image of a prepared data set. */
export interface Frame extends Pick<FaceSample, 'landmarks' | 'frame'> {
  readonly file: FileEntry;
  readonly label: 0 | 1;
  readonly split: Split;
  /** The clip's split in its own data set, where that may differ. */
  readonly release?: Split;
  /** The clip's id, unique within the data set; absent for an image that stands alone. */
  readonly video?: string;
  /** The clip's name in its own data set, possibly with folders before it: subject, species and device are read from it. */
  readonly name: string;
  /** Its data set, where the layout says. */
  readonly set?: string;
  readonly box?: Rectangle;
}

/**
 * Samples by id, with what the names of their clips say; reports clips with two labels, and those whose names contradict their labels.
 *
 * @param several several data sets are read as one: client 1 of one of them is not client 1 of another
 */
export function frameSamples(frames: readonly Frame[], findings: Findings, several = false): FaceSample[] {
  const labels = new Map<string, 0 | 1>();
  const contrary = new Map<string, string>();
  const both = new Set<string>();
  let told = 0;
  const samples = frames.map(({ file, label, split, release = split, video, name, set, frame, box, landmarks }): FaceSample => {
    const said = readClipName(name, release, set);
    const clip = video ?? file.id;
    if (labels.has(clip) && labels.get(clip) !== label) both.add(clip);
    if (!labels.has(clip) && said?.live !== undefined) {
      told++;
      if (said.live !== (label === 1)) contrary.set(clip, `${clip} (${label === 1 ? 'live' : 'attack'})`);
    }
    labels.set(clip, labels.get(clip) ?? label);
    return {
      id: file.id,
      image: { path: file.path, ...(box ? { box } : {}) },
      label,
      split,
      ...(label === 0 && said?.species !== undefined ? { species: said.species } : {}),
      ...(said?.subject === undefined ? {} : { subject: several ? `${set}/${said.subject}` : said.subject }),
      ...(video === undefined ? {} : { video }),
      ...(frame === undefined ? {} : { frame }),
      ...(said?.device === undefined ? {} : { device: said.device }),
      ...(said?.session === undefined ? {} : { session: said.session }),
      ...(landmarks ? { landmarks } : {}),
    };
  });
  findings.problems([...both].sort(byCodePoint), (n) => `${n} ${n === 1 ? 'clip has' : 'clips have'} frames of both labels`);
  const turned = contrary.size > 1 && contrary.size > told / 2 ? '; since most do, live and attack may be swapped throughout' : '';
  findings.problems([...contrary.values()].sort(byCodePoint), (n) => `the names of ${n} of ${told} clips contradict their labels${turned}`);
  return samples.sort((a, b) => byCodePoint(a.id, b.id));
}
