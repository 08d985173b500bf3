import type { DetectorModel } from './detected-face.ts';

/**
 * Settings of the detector that prepared data were made with, for a detector that finds the same faces. Defaults where nothing was recorded.
 *
 * @param recorded `detector` of a preparation, as `preparation.json` and the metadata of exported models have it: `@vladmandic/face-api 1.7.15, ssd, score 0.5`
 */
export function recordedDetector(recorded: unknown): { readonly model: DetectorModel; readonly minimumScore: number } {
  const [, model = 'ssd', score = '0.5'] = /, (ssd|tiny), score ([\d.]+)$/.exec(String(recorded)) ?? [];
  return { model: model as DetectorModel, minimumScore: Number(score) };
}
