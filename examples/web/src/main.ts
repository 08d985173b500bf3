import { goldenName } from '@gradalign/model-format';
import { cameraFrames, closeCamera, openCamera } from './camera.ts';
import { type Checker, loadChecker } from './checker.ts';
import { decisionPanel } from './decision-panel.ts';
import { showMeasures } from './measures-table.ts';
import { showModel } from './model-facts.ts';
import { pageElement, say } from './page-element.ts';
import { type PlottedFrame, scorePlot } from './score-plot.ts';
import { whyNotHere } from './simd.ts';
import type { StreamFrame } from './stream-frame.ts';
import { videoFileFrames } from './video-file.ts';
import { viewer } from './viewer.ts';

/** Frames of a camera that are judged together: the newest. Of a video file all are. */
const cameraWindow = 10;

/** Decisions of a stream that leave a mark in the browser's timeline, from which `npm run docs:web` reads how long they take. */
const markedFrames = 20;

const buttons = Object.fromEntries((['camera', 'stop', 'open'] as const).map((id) => [id, pageElement(id, HTMLButtonElement)])) as Readonly<
  Record<'camera' | 'stop' | 'open', HTMLButtonElement>
>;
const file = pageElement('file', HTMLInputElement);
const view = viewer();

/** Ends what is going on; a new one begins after it. */
let current = new AbortController();
let running: Promise<void> = Promise.resolve();

function note(text: string): void {
  say(pageElement('input-note', HTMLElement), text);
}

function problem(text: string): void {
  const place = pageElement('problem', HTMLElement);
  place.hidden = false;
  say(place, text);
}

async function start(): Promise<void> {
  showMeasures([]);
  const why = whyNotHere();
  if (why !== null) return problem(why);
  const besides = (name: string) => new URL(name, document.baseURI).href;
  let checker: Checker;
  try {
    checker = await loadChecker({ model: besides('model.onnx'), golden: besides(goldenName('model.onnx')), detector: besides('detector/') });
  } catch (error) {
    say(pageElement('model-line', HTMLElement), 'There is no model to check with.');
    return problem((error as Error).message);
  }
  performance.mark('model ready');
  showModel(checker.model);
  offer(checker);
}

/** Makes the page take pictures. */
function offer(checker: Checker): void {
  const { metadata } = checker.model;
  const plot = plotted();
  const panel = decisionPanel(metadata, () => plot.draw(panel.threshold()));
  plot.draw(panel.threshold());

  const next = (work: (signal: AbortSignal) => Promise<void>) => {
    current.abort();
    current = new AbortController();
    const { signal } = current;
    running = running
      .then(async () => {
        if (signal.aborted) return;
        note('');
        buttons.stop.disabled = false;
        await work(signal);
      })
      .catch((error: unknown) => {
        view.empty();
        note((error as Error).message);
      })
      .finally(() => {
        buttons.stop.disabled = true;
      });
  };

  const picture = (blob: File) =>
    next(async () => {
      panel.clear('image');
      plot.clear(panel.threshold());
      view.empty();
      note('Checking the picture.');
      // Checked first: it refuses a picture that is too large before memory is taken for its pixels.
      const judgment = await checker.check(blob);
      await view.picture(blob);
      note('');
      const score = metadata.scale === 'probability' ? judgment.probability : judgment.logit;
      view.face(judgment.face);
      showMeasures(judgment.measures);
      panel.show({ score, probability: judgment.probability, reason: judgment.reason, level: 'image' });
      plot.add({ seconds: 0, score, together: score }, panel.threshold());
      performance.mark('decision');
    });

  const stream = async (frames: AsyncIterable<StreamFrame>, window: number) => {
    panel.clear('video');
    plot.clear(panel.threshold());
    await checker.begin({ window });
    const times: number[] = [];
    for await (const { picture: frame, seconds } of frames) {
      const { width, height } = frame;
      const { frame: judgment, score, probability, seen, judged, reason } = await checker.frame(frame);
      times.push(performance.now());
      if (times.length > 10) times.shift();
      const own = metadata.scale === 'probability' ? judgment.probability : judgment.logit;
      view.face(judgment.face, { width, height });
      showMeasures(judgment.measures);
      const perSecond = times.length < 2 ? null : (1000 * (times.length - 1)) / ((times.at(-1) as number) - (times[0] as number));
      panel.show({ score, probability, reason, level: 'video', frames: { judged, seen, perSecond } });
      plot.add({ seconds, score: own, together: score }, panel.threshold());
      if (seen <= markedFrames) performance.mark('decision');
    }
  };

  const camera = () =>
    next(async (signal) => {
      note('Waiting for the camera.');
      const live = await openCamera(view.video);
      try {
        view.stream({ mirrored: true });
        note('The camera is on. The newest 10 frames with one clear face are judged together.');
        await stream(cameraFrames(view.video, live, signal), cameraWindow);
        note('The camera is off.');
      } finally {
        closeCamera(view.video, live);
        view.empty();
      }
    });

  const clip = (blob: File) =>
    next(async (signal) => {
      view.stream({ mirrored: false });
      await stream(videoFileFrames(view.video, blob, signal), Number.POSITIVE_INFINITY);
      note(signal.aborted ? 'Stopped.' : `${blob.name}: ten frames, spread evenly, are judged together.`);
    });

  const opened = (files: FileList | null | undefined) => {
    const blob = files?.[0];
    if (!blob) return;
    if (blob.type.startsWith('video/')) clip(blob);
    else if (blob.type.startsWith('image/') || blob.type === '') picture(blob);
    else note(`${blob.name} is neither a picture nor a video.`);
  };

  buttons.camera.addEventListener('click', camera);
  buttons.stop.addEventListener('click', () => current.abort());
  buttons.open.addEventListener('click', () => file.click());
  file.addEventListener('change', () => {
    opened(file.files);
    // The same file again is a change too.
    file.value = '';
  });
  view.dropped(opened);
  buttons.camera.disabled = false;
  buttons.open.disabled = false;
}

/** Frames so far, in the plot. */
function plotted() {
  const place = pageElement('plot', HTMLElement);
  let frames: PlottedFrame[] = [];
  let last: number | null = null;
  const draw = (threshold: number | null) => {
    last = threshold;
    place.replaceChildren(scorePlot({ frames, threshold, width: Math.max(280, place.clientWidth) }));
  };
  new ResizeObserver(() => draw(last)).observe(place);
  return {
    draw,
    clear(threshold: number | null) {
      frames = [];
      draw(threshold);
    },
    add(frame: PlottedFrame, threshold: number | null) {
      frames.push(frame);
      // A camera may be on for hours.
      if (frames.length > 2000) frames = frames.slice(-1000);
      draw(threshold);
    },
  };
}

void start();
