import { videoEnding } from '@gradalign/core/images';
import type { FileIndex } from './file-index.ts';
import type { Findings } from './findings.ts';
import type { FileEntry } from './folder-tree.ts';

/** A video file whose name matches the rules, with what the name says. */
export interface FoundClip<T> {
  readonly file: FileEntry;
  readonly name: T;
  /** The set's own annotation file of this clip. */
  readonly annotation?: FileEntry;
}

export interface ClipRules<T extends { readonly key: string }> {
  /**
   * Parses the path of a clip, without its extension; undefined where it matches no rule. Folders before those of the layout must not matter.
   * `key` is the same for two files of one clip, whatever their folder or format.
   */
  readonly parse: (path: string) => T | undefined;
  /** Extension of annotation files, with the dot and in lower case; beside their clips or in a parallel tree. */
  readonly annotation?: string;
  /** Which clips have an annotation in the complete set; default: all. */
  readonly annotated?: (name: T) => boolean;
  /** Other files that belong to the set, such as lists. */
  readonly known?: (id: string) => boolean;
}

/** Sorts the files of a data set into clips, their annotations and unmatched ones. Of a clip that is present twice, the first by id is used. */
export function findClips<T extends { readonly key: string }>(
  index: FileIndex,
  { parse, annotation, annotated = () => true, known }: ClipRules<T>,
  findings: Findings,
): FoundClip<T>[] {
  const clips = new Map<string, { file: FileEntry; name: T }>();
  const annotations = new Map<string, FileEntry>();
  for (const file of index.files) {
    const extension = /\.[^./]*$/.exec(file.id)?.[0] ?? '';
    const isClip = videoEnding.test(file.id);
    const name = isClip || extension.toLowerCase() === annotation ? parse(file.id.slice(0, file.id.length - extension.length)) : undefined;
    if (!name) {
      if (!companion.test(file.name) && !known?.(file.id)) findings.unmatched(file.id, 'videos');
      continue;
    }
    const there = isClip ? clips.get(name.key)?.file : annotations.get(name.key);
    if (there) findings.problem(`${file.id} duplicates ${there.id}: not used`);
    else if (isClip) clips.set(name.key, { file, name });
    else annotations.set(name.key, file);
  }
  const orphans = [...annotations].filter(([key]) => !clips.has(key)).map(([, { id }]) => id);
  findings.problems(orphans, (n) => `${n} ${annotation} ${n === 1 ? 'file belongs' : 'files belong'} to no clip`);
  if (annotation !== undefined) {
    const bare = [...clips].filter(([key, { name }]) => annotated(name) && !annotations.has(key)).map(([, { file }]) => file.id);
    findings.problems(bare, (n) => `${n} ${n === 1 ? 'clip has' : 'clips have'} no ${annotation} file`);
  }
  return [...clips].map(([key, clip]) => {
    const file = annotations.get(key);
    return { ...clip, ...(file ? { annotation: file } : {}) };
  });
}

/** Documents that come with every data set. */
const companion = /^(read[ _-]?me|licen[cs]e|eula|md5sums?|sha\d+sums?|checksums?)\b.*$|\.pdf$/i;
