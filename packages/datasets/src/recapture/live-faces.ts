import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { cannot, type DatasetContext, type DatasetNotes, type LeftOut, type Sample, type Split } from '@gradalign/core';
import { imageKindNames, whyNotRead } from '@gradalign/core/images';
import { byCodePoint } from '../on-disk/code-point-order.ts';
import { danglingBelow, type FileEntry, type FolderTree, filesBelow, type Links, linkProblems, readFolderTree } from '../on-disk/folder-tree.ts';
import { frameNumber, isImage, stem } from '../on-disk/image-file.ts';
import { labelOf } from '../on-disk/words.ts';
import { listDomains } from '../plain-layout/list-domains.ts';
import type { SubjectRule } from '../plain-layout/plain-layout.ts';
import { readPlainFolder } from '../plain-layout/read-plain-folder.ts';
import { subjectBeforeUnderscore, subjectByPattern } from '../plain-layout/subject-rule.ts';

export interface LiveFacesOptions {
  readonly root: string;
  /** The domain in the plain layout, as for image-folder. */
  readonly domain?: string;
  /** Regular expression whose one group is the subject. */
  readonly subject?: string;
  /** Split of images in a folder without splits. */
  readonly split: Split;
  /** Links that lead out of the root: left out and told by default. */
  readonly links?: Links;
}

export interface LiveFaces {
  /** All bona fide. */
  readonly samples: readonly Sample[];
  readonly notes: DatasetNotes;
}

/**
 * Finds bona fide images: the live folders of the plain layout, or all images of a folder without splits, where a folder of images is a video and
 * images directly in the root stand alone. Folders named attack, spoof or fake are left out.
 */
export async function findLiveFaces({ root, domain, subject, split, links }: LiveFacesOptions, context: DatasetContext): Promise<LiveFaces> {
  const folder = resolve(context.folder, root);
  const refuse = (is: string, expected: string) => cannot(`read live faces of '${context.domain}'`, is, expected);
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory()) throw refuse(found ? `${folder} is not a folder` : `there is no folder ${folder}`, 'a folder of images as option root');
  const plain = domain !== undefined || listDomains(folder, { withoutSplits: false }).length > 0;
  const faces = plain
    ? await readPlainFolder(
        { root: folder, ...(domain === undefined ? {} : { domain }), ...(subject === undefined ? {} : { subject }), ...(links && { links }) },
        context,
      )
    : readPictures(await readFolderTree(folder, { links }), split, subject === undefined ? subjectBeforeUnderscore : subjectByPattern(subject));
  const samples = faces.samples.filter(({ label }) => label === 1);
  if (samples.length === 0) throw refuse(`${folder} holds no live images`, `${imageKindNames} files of live faces`);
  return { samples, notes: faces.notes };
}

function readPictures(tree: FolderTree, split: Split, subjectOf: SubjectRule): LiveFaces {
  const samples: Sample[] = [];
  const unmatched: FileEntry[] = [];
  const problems: string[] = linkProblems(tree);
  const visit = (folder: FolderTree) => {
    if (labelOf(folder.name) === 0) {
      const left = filesBelow(folder).filter(isImage).length;
      problems.push(`${folder.id}: ${left} images of attacks were left out`);
      return;
    }
    const isVideo = folder !== tree && labelOf(folder.name) === undefined;
    for (const file of folder.files) {
      if (!isImage(file)) unmatched.push(file);
      else samples.push({ ...(isVideo ? frameOf(file, folder) : {}), ...pictureOf(file, isVideo ? folder : undefined) });
    }
    folder.folders.forEach(visit);
  };
  const frameOf = ({ name }: FileEntry, { id }: FolderTree) => {
    const frame = frameNumber(name);
    return { video: id, ...(frame === undefined ? {} : { frame }) };
  };
  const pictureOf = ({ id, name, path }: FileEntry, video?: FolderTree): Sample => {
    const subject = video ? subjectOf(video.name.normalize('NFC'), 'video') : subjectOf(stem(name), 'image');
    return { id, image: { path }, label: 1, split, ...(subject === undefined ? {} : { subject }) };
  };
  visit(tree);
  samples.sort((a, b) => byCodePoint(a.id, b.id));
  const missing = danglingBelow(tree).sort(byCodePoint);
  const leftOut = [
    ...unmatched.flatMap(({ id }): LeftOut[] => {
      const why = whyNotRead(id);
      return why === undefined ? [] : [{ kind: 'kind', what: id, why }];
    }),
    ...missing.map((what): LeftOut => ({ kind: 'missing', what, why: 'it is a link to a file that is not there' })),
  ];
  return { samples, notes: { unmatched: unmatched.map(({ id }) => id).sort(byCodePoint), missing, problems, leftOut } };
}
