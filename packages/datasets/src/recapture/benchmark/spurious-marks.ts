import type { Random } from '@gradalign/core';
import type { CaptureParameters } from '../capture.ts';
import type { DevelopParameters } from '../develop.ts';
import type { DomainProfile } from './domains.ts';

/** Share of clips whose mark correlates with the label as the domain's sign says. */
const agreement = 0.8;

/** How far a mark moves its parameter to either side. */
const strength = { warm: 0.03, darkCorners: 0.2, bright: 0.035 };

/**
 * Marks unrelated to liveness that correlate with the label within a domain: a warm or cold tint, dark or bright corners, a bright or dark image.
 * Each mark's sign is the same in two domains and opposite in the other two, so that three source domains teach the wrong sign for the fourth.
 */
export function withSpuriousMarks<P extends { readonly capture: CaptureParameters; readonly develop: DevelopParameters }>(
  camera: P,
  live: boolean,
  { marks }: DomainProfile,
  random: Random,
): P {
  const side = (sign: 1 | -1) => sign * (live ? 1 : -1) * (random.chance(agreement) ? 1 : -1);
  const warm = side(marks.warm);
  const corners = side(marks.darkCorners);
  const bright = side(marks.bright);
  return {
    ...camera,
    capture: { ...camera.capture, vignette: camera.capture.vignette + strength.darkCorners * corners },
    develop: { ...camera.develop, warmth: camera.develop.warmth + strength.warm * warm, brightness: camera.develop.brightness + strength.bright * bright },
  };
}
