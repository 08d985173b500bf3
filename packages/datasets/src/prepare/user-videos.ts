import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { cannot, type Dataset, type DatasetNotes, type LeftOut, type Sample, type Split } from '@gradalign/core';
import { videoEnding, whyNotRead, whyVideoIsNotRead } from '@gradalign/core/images';
import { imageFolder } from '../adapters/prepared/image-folder.ts';
import { attackOrLive } from '../faces/attack-or-live.ts';
import { byCodePoint } from '../on-disk/code-point-order.ts';
import { type FileEntry, filesBelow, type Links, linkProblems, readFolderTree } from '../on-disk/folder-tree.ts';
import { isImage, stem } from '../on-disk/image-file.ts';
import { attackSpeciesOf, labelOf, splitOf } from '../on-disk/words.ts';
import { listDomains } from '../plain-layout/list-domains.ts';
import { subjectBeforeUnderscore } from '../plain-layout/subject-rule.ts';
import { fileName } from './clip-names.ts';

/** What folder names do not say. */
export interface UserVideosOptions {
  /** For videos whose path does not say. */
  readonly label?: 'live' | 'attack';
  readonly split?: Split;
  /** One domain for all; default: the folders before the split, or the folder's own name. */
  readonly domain?: string;
  /** Links that lead out of the folder: left out and told by default. */
  readonly links?: Links;
}

/**
 * Reads a folder of your own videos: `[<domain>/]<split>/{live,attack[/<species>]}/.../<video>`. Folder names give split and label, wherever
 * they are in the path; those between `attack` and the file are the species. `print`, `replay`, `mask` and `cut-print` say attack and species at once. Where
 * no folder names a split, all videos are train. The subject is the text before the first `_` of the file's name.
 *
 * @throws UserError with exit code 2 where the folder is missing, holds no videos, or the label or split of some is unknown
 */
export async function readUserVideos(folder: string, options: UserVideosOptions = {}): Promise<{ readonly domain: string; readonly dataset: Dataset }[]> {
  const root = resolve(folder);
  if (!(await stat(root).catch(() => undefined))?.isDirectory())
    throw cannot(`prepare the videos in ${folder}`, 'there is no such folder', 'a folder of videos', { exitCode: 2 });
  const tree = await readFolderTree(root, { links: options.links });
  const problems = linkProblems(tree);
  const files = filesBelow(tree).sort((a, b) => byCodePoint(a.id, b.id));
  const videos = files.filter(({ name }) => videoEnding.test(name));
  if (videos.length === 0) {
    throw cannot(
      `prepare the videos in ${folder}`,
      files.length === 0
        ? `it holds no files${problems[0] === undefined ? '' : ` (${problems[0]}; --links follow)`}`
        : `it holds ${files.length} files, none of them a video${firstUnread(files)}`,
      files.some(isImage) ? adviceForImages(root) : 'files that end in .mp4, .mov, .avi, .mkv, .webm and the like',
      { exitCode: 2 },
    );
  }
  const told = videos.map((file) => ({ file, ...placeOf(file, options) }));
  const withoutSplits = told.every(({ split }) => split === undefined);
  const placed = withoutSplits ? told.map((place) => ({ ...place, split: 'train' as const })) : told;
  refuseUntold(folder, placed, 'label', 'live or attack', '--label live or --label attack');
  refuseUntold(folder, placed, 'split', 'train, dev or test', '--split train, dev or test');
  const rest = files.filter((file) => !videoEnding.test(file.name));
  const notes: DatasetNotes = {
    unmatched: rest.map(({ id }) => id),
    leftOut: rest.flatMap((file): LeftOut[] => {
      const why = whyVideoIsNotRead(file.name);
      if (why !== undefined) return [{ kind: 'kind', what: file.id, why, unit: 'clip' }];
      return isImage(file) || whyNotRead(file.name) !== undefined ? [{ kind: 'kind', what: file.id, why: pictureAmongVideos }] : [];
    }),
    ...(withoutSplits ? { advice: ['no folder names a split (train, dev or test), so all videos are train; --split sets another'] } : {}),
  };
  const byDomain = new Map<string, Sample[]>();
  for (const place of placed) {
    const domain = options.domain ?? place.domain ?? basename(root);
    byDomain.set(domain, [...(byDomain.get(domain) ?? []), sampleOf(place)]);
  }
  return [...byDomain].map(([domain, samples], i) => ({
    domain,
    dataset: {
      classes: attackOrLive,
      samples,
      notes: i === 0 ? { ...notes, ...(problems.length > 0 && { problems: [...(notes.problems ?? []), ...problems] }) } : {},
    },
  }));
}

function firstUnread(files: readonly FileEntry[]): string {
  const found = files.find(({ name }) => whyVideoIsNotRead(name) !== undefined);
  return found ? ` that is read (${found.id}: ${whyVideoIsNotRead(found.name)})` : '';
}

const pictureAmongVideos = `it is a picture among videos: pictures are prepared with --use ${imageFolder.name}`;

/** Commands that work for a folder of images, one for each domain. */
function adviceForImages(root: string): string {
  const domains = listDomains(root);
  if (domains.length === 0) return `videos, or images in folders <domain>/{live,attack} with --use ${imageFolder.name} --root <folder>`;
  const command = ({ domain, root: folder }: (typeof domains)[number]) =>
    `gradalign data prepare --use ${imageFolder.name} --root ${JSON.stringify(folder)} --domain ${JSON.stringify(fileName(domain))} --out <folder>`;
  const commands = domains.slice(0, 3).map(command);
  return `videos; its images are prepared with ${commands.join(' and ')}${domains.length > 3 ? `, and ${domains.length - 3} more domains likewise` : ''}`;
}

interface Place {
  readonly domain?: string | undefined;
  readonly split?: Split | undefined;
  readonly label?: 'live' | 'attack' | undefined;
  readonly species?: string | undefined;
}

type PlacedVideo = Place & { readonly file: FileEntry };

function placeOf({ id }: FileEntry, { label, split }: UserVideosOptions): Place {
  const folders = id.split('/').slice(0, -1);
  const splitAt = folders.findIndex((name) => splitOf(name) !== undefined);
  const wordAt = folders.findIndex((name) => labelOf(name) !== undefined);
  // A species stands for the label where no folder says live or attack.
  const labelAt = wordAt >= 0 ? wordAt : folders.findIndex((name) => attackSpeciesOf(name) !== undefined);
  const told = labelAt < 0 ? undefined : (labelOf(folders[labelAt] as string) ?? 0);
  const named = told === undefined ? label : told === 1 ? 'live' : 'attack';
  const first = [splitAt, labelAt].filter((at) => at >= 0);
  const before = folders.slice(0, first.length > 0 ? Math.min(...first) : 0);
  const own = labelAt >= 0 && wordAt < 0 ? [attackSpeciesOf(folders[labelAt] as string) as string] : [];
  const species = labelAt < 0 ? [] : [...own, ...folders.slice(labelAt + 1).filter((name) => splitOf(name) === undefined)];
  return {
    domain: before.length > 0 ? before.join('-') : undefined,
    split: splitAt < 0 ? split : splitOf(folders[splitAt] as string),
    label: named,
    species: named === 'attack' && species.length > 0 ? species.join('/') : undefined,
  };
}

function sampleOf({ file, split, label, species }: PlacedVideo): Sample {
  const subject = subjectBeforeUnderscore(stem(file.name), 'video');
  return {
    id: file.id,
    video: file.id,
    image: { clip: file.path },
    label: label === 'live' ? 1 : 0,
    split: split as Split,
    ...(species === undefined ? {} : { species }),
    ...(subject === undefined ? {} : { subject }),
  };
}

function refuseUntold(folder: string, placed: readonly PlacedVideo[], what: 'label' | 'split', words: string, option: string): void {
  const untold = placed.filter((place) => place[what] === undefined);
  if (untold.length === 0) return;
  const names = untold.slice(0, 3).map(({ file }) => file.id);
  throw cannot(
    `determine the ${what} of ${untold.length} of ${placed.length} videos in ${folder}`,
    `no folder in their path says it (${names.join(', ')}${untold.length > 3 ? ', ...' : ''})`,
    `folders named ${words}, or ${option} for all of them`,
    { exitCode: 2 },
  );
}
