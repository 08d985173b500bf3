import { type Aggregate, combineScores } from '@gradalign/model-format';
import { LabelError } from './errors.ts';
import { requireLengths, type Scores } from './scores.ts';

export { type Aggregate, combineScores } from '@gradalign/model-format';

/**
 * Rows by video, in the order in which the videos first appear; a row without a video stands for itself. A video is a video of one domain:
 * the same name in another domain is another video.
 *
 * @param length number of rows
 * @returns indices of rows, ascending within a video
 */
export function groupByVideo(length: number, { videos, domains }: Pick<Scores, 'videos' | 'domains'>): number[][] {
  const byDomain = new Map<string, Map<string, number[]>>();
  const groups: number[][] = [];
  for (let i = 0; i < length; i++) {
    const video = videos?.[i];
    const domain = domains?.[i] ?? '';
    const known = byDomain.get(domain) ?? new Map<string, number[]>();
    byDomain.set(domain, known);
    const group = video ? known.get(video) : undefined;
    if (group) group.push(i);
    else {
      const fresh = [i];
      groups.push(fresh);
      if (video) known.set(video, fresh);
    }
  }
  return groups;
}

/**
 * One row a video (see groupByVideo): its score is the mean, the median or the largest of its frames' scores; label, species, subject and
 * domain are those of its first frame, and its id is the video's name.
 *
 * @throws LabelError where frames of one video have different labels
 */
export function aggregateFrames(frames: Scores, how: Aggregate): Scores {
  const { scores, labels, species, subjects, videos, domains, ids, nonResponse } = frames;
  requireLengths(scores.length, { labels, species, subjects, videos, domains, ids }, 'scores of videos');
  const groups = groupByVideo(scores.length, frames);
  const firsts = groups.map((group) => group[0] as number);
  const column = <T>(values: ArrayLike<T> | undefined) => firsts.map((i) => values?.[i] as T);
  for (const group of groups) {
    const first = group[0] as number;
    const other = group.find((i) => labels[i] !== labels[first]);
    if (other !== undefined) {
      throw new LabelError(
        `Cannot compute scores of videos: sample ${first} of video '${videos?.[first]}' has the label ${labels[first]} and sample ${other} the label ${labels[other]}, expected one label a video`,
        other,
      );
    }
  }
  return {
    scores: Float64Array.from(groups, (group) =>
      group.length === 1
        ? (scores[group[0] as number] as number)
        : combineScores(
            group.map((i) => scores[i] as number),
            how,
          ),
    ),
    labels: Uint8Array.from(firsts, (i) => labels[i] as number),
    ...(species ? { species: column(species) } : {}),
    ...(subjects ? { subjects: column(subjects) } : {}),
    ...(videos ? { videos: column(videos), ids: firsts.map((i) => videos[i] || (ids?.[i] ?? '')) } : ids ? { ids: column(ids) } : {}),
    ...(domains ? { domains: column(domains) } : {}),
    ...(nonResponse ? { nonResponse } : {}),
  };
}
