import type { ModelMetadata } from '@gradalign/model-format';
import { decimal, percent } from './numbers.ts';
import { pageElement, say } from './page-element.ts';
import { passingShares, sliderRange } from './threshold-shares.ts';
import { type Evidence, verdictOf } from './verdict.ts';

/** What the decision is about. */
export type Level = 'image' | 'video';

/** What is shown beside the decision. */
export interface Shown extends Evidence {
  readonly probability: number | null;
  readonly level: Level;
  /** Of a stream. */
  readonly frames?: { readonly judged: number; readonly seen: number; readonly perSecond: number | null };
}

/** The decision, and the threshold that it is made at. */
export interface DecisionPanel {
  /** Null: the model has none, and nobody chose one. */
  threshold(): number | null;
  show(shown: Shown): void;
  /** Forgets what was shown. */
  clear(level: Level): void;
}

/** Sets up the panel for a model. `onThreshold` is called whenever somebody moves the threshold. */
export function decisionPanel({ thresholds, curve, videoCurve, scale, calibration, videoCalibration }: ModelMetadata, onThreshold: () => void): DecisionPanel {
  const slider = pageElement('threshold', HTMLInputElement);
  const reset = pageElement('reset-threshold', HTMLButtonElement);
  const curves = { image: curve, video: videoCurve ?? curve };
  const known = Object.values(curves).flatMap((each) => each?.points ?? []);
  const own = thresholds ? [thresholds.image.value, thresholds.video.value] : [];
  const { min, max } = sliderRange([...known.map(({ threshold }) => threshold), ...own], scale === 'probability');
  [slider.min, slider.max] = [String(min), String(max)];
  let level: Level = 'image';
  let chosen: number | null = null;
  let shown: Shown | null = null;

  const threshold = () => chosen ?? thresholds?.[level].value ?? null;
  const draw = () => {
    drawThreshold();
    drawDecision();
  };
  const drawThreshold = () => {
    const value = threshold();
    if (chosen === null) slider.value = String(value ?? (min + max) / 2);
    const measured = curves[level];
    const shares = value === null || !measured?.points.length ? null : passingShares(measured.points, value);
    say(pageElement('threshold-value', HTMLOutputElement), value === null ? 'none' : decimal(value));
    say(pageElement('attacks-pass', HTMLElement), shares ? percent(shares.attacks) : 'unknown');
    say(pageElement('people-pass', HTMLElement), shares ? percent(shares.people) : 'unknown');
    const words = shares ? `, ${percent(shares.attacks)} of attacks and ${percent(shares.people)} of people pass` : '';
    slider.setAttribute('aria-valuetext', value === null ? 'none' : `${decimal(value)}${words}`);
    say(
      pageElement('threshold-note', HTMLElement),
      [origin(), measured ? `Shares of ${level === 'video' && videoCurve ? 'videos' : 'single pictures'}, measured on ${measured.measuredOn}.` : noCurve].join(
        ' ',
      ),
    );
    reset.disabled = chosen === null;
  };
  const origin = () => {
    if (chosen !== null) return 'Chosen here, for this page only.';
    const from = thresholds?.[level].from;
    return from === undefined ? 'The model has no threshold.' : `The model's threshold for ${level === 'image' ? 'pictures' : 'videos'}: ${from}.`;
  };
  const drawDecision = () => {
    const title = pageElement('decision', HTMLElement);
    const verdict = shown && verdictOf(shown, threshold());
    title.dataset['kind'] = verdict?.kind ?? 'none';
    say(title, verdict?.title ?? 'Nothing checked yet');
    say(pageElement('reason', HTMLElement), verdict?.explanation ?? '');
    const number = (id: string, text: string | null | undefined) => say(pageElement(id, HTMLElement), text ?? '–');
    const frames = shown?.frames;
    number('score', shown?.score === null || shown?.score === undefined ? null : decimal(shown.score));
    const calibrated = level === 'image' || videoCalibration === undefined ? calibration : videoCalibration;
    say(pageElement('probability-name', HTMLElement), `Probability of bona fide, ${calibrated ? 'calibrated' : 'not calibrated'}`);
    number('probability', shown?.probability === null || shown?.probability === undefined ? null : percent(shown.probability));
    number('frames', frames ? `${frames.judged} of ${frames.seen}` : null);
    number('rate', frames?.perSecond ? decimal(frames.perSecond, 1) : null);
  };

  slider.addEventListener('input', () => {
    chosen = slider.valueAsNumber;
    draw();
    onThreshold();
  });
  reset.addEventListener('click', () => {
    chosen = null;
    draw();
    onThreshold();
  });
  slider.disabled = false;
  draw();
  return {
    threshold,
    show(next) {
      [shown, level] = [next, next.level];
      draw();
    },
    clear(next) {
      [shown, level] = [null, next];
      draw();
    },
  };
}

const noCurve = 'The model says nothing about the shares that pass.';
