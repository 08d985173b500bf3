import type { Scores } from '@gradalign/metrics';

/** A sample on the wrong side of the threshold. */
export interface WrongSample {
  readonly id: string;
  readonly domain: string;
  readonly bonaFide: boolean;
  readonly species: string;
  readonly score: number;
}

/** The attacks that score highest above the threshold and the bona fide samples that score lowest below it. */
export interface WorstErrors {
  readonly acceptedAttacks: readonly WrongSample[];
  readonly refusedPeople: readonly WrongSample[];
}

/**
 * Worst first; of each video only its worst frame.
 *
 * @param most of each kind
 */
export function worstErrors(scores: Scores, threshold: number, most = 12): WorstErrors {
  const wrong: WrongSample[] = [];
  const videos: string[] = [];
  for (let i = 0; i < scores.scores.length; i++) {
    const score = scores.scores[i] as number;
    const bonaFide = scores.labels[i] === 1;
    if (bonaFide === score >= threshold) continue;
    const [id, domain] = [scores.ids?.[i] ?? `row ${i + 1}`, scores.domains?.[i] ?? ''];
    wrong.push({ id, domain, bonaFide, species: scores.species?.[i] || 'unknown', score });
    videos.push(`${domain}\0${scores.videos?.[i] || `${id}\0${i}`}`);
  }
  const ranked = wrong.map((sample, i) => ({ sample, video: videos[i] as string, margin: Math.abs(sample.score - threshold) }));
  ranked.sort((a, b) => b.margin - a.margin || (a.sample.id < b.sample.id ? -1 : 1));
  const pick = (bonaFide: boolean) => {
    const seen = new Set<string>();
    return ranked
      .filter(({ sample, video }) => sample.bonaFide === bonaFide && !seen.has(video) && seen.add(video))
      .slice(0, most)
      .map(({ sample }) => sample);
  };
  return { acceptedAttacks: pick(false), refusedPeople: pick(true) };
}
