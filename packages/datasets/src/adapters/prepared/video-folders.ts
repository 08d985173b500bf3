import type { Split } from '@gradalign/core';
import type { FileIndex } from '../../on-disk/file-index.ts';
import type { Findings } from '../../on-disk/findings.ts';
import type { FileEntry } from '../../on-disk/folder-tree.ts';
import { frameNumber } from '../../on-disk/image-file.ts';
import { labelOf, splitOf } from '../../on-disk/words.ts';
import { readClipName } from '../../samples/clip-name.ts';
import type { Frame } from '../../samples/frame-samples.ts';

/** An image of a clip with a folder of its own, within the folders of its data set, split and label. */
export interface FolderFrame extends Frame {
  readonly set: string;
  readonly video: string;
}

export interface FolderRules {
  /** True: a frame; false: a file that belongs beside frames; undefined: matches no rule. */
  readonly isFrame: (name: string) => boolean | undefined;
  /** True: also accepts clips whose folder name says everything: `oulu_train_live_1_1_01_1`. */
  readonly flat?: boolean;
}

/**
 * Reads `[<set>/]<split>/<label>/<video>/<frame>`, counted from the end, so that leading folders do not matter: the folder right before
 * the split is the data set.
 */
export function readVideoFolders(index: FileIndex, { isFrame, flat = false }: FolderRules, findings: Findings): FolderFrame[] {
  const frames: FolderFrame[] = [];
  const clips = new Map<string, Clip | undefined>();
  for (const file of index.files) {
    const frame = isFrame(file.name);
    const folder = file.id.slice(0, Math.max(0, file.id.lastIndexOf('/')));
    if (!clips.has(folder)) clips.set(folder, clipOf(folder, flat));
    const clip = clips.get(folder);
    if (!clip || frame === undefined) {
      if (!/^(read[ _-]?me|licen[cs]e)/i.test(file.name)) findings.unmatched(file.id);
    } else if (frame) frames.push(frameOf(file, folder, clip));
  }
  return frames;
}

interface Clip {
  readonly set: string;
  readonly split: Split;
  readonly label: 0 | 1;
  readonly name: string;
}

function clipOf(folder: string, flat: boolean): Clip | undefined {
  const [set = '', splitWord = '', labelWord = '', name = ''] = ['', '', '', '', ...folder.split('/')].slice(-4);
  const split = splitOf(splitWord);
  const label = labelOf(labelWord);
  if (split && label !== undefined && name !== '') return { set, split, label, name };
  return flat ? flatClipOf(name, labelWord === 'preposess' ? splitWord : undefined) : undefined;
}

/** SAFAS's own script writes all clips of a set into one folder, `preposess`, and calls those of MSU-MFSD `replay_` too. */
function flatClipOf(folder: string, parent: string | undefined): Clip | undefined {
  const [, set, splitWord, labelWord, name] = /^([a-z]+)_(train|dev|test)_(live|spoof)_(.+)$/i.exec(folder) ?? [];
  const split = splitOf(splitWord ?? '');
  const label = labelOf(labelWord ?? '');
  if (set === undefined || !split || label === undefined || name === undefined) return undefined;
  const said = set.toLowerCase() === 'replay' ? readClipName(name, split)?.set : undefined;
  return { set: parent !== undefined && parent !== '' ? parent : (said ?? set), split, label, name };
}

function frameOf(file: FileEntry, folder: string, { set, split, label, name }: Clip): FolderFrame {
  const frame = frameNumber(file.name);
  return { file, set, split, label, name, video: folder, ...(frame === undefined ? {} : { frame }) };
}
