import { loadBrowserFaceDetector, recordedDetector } from '@gradalign/face-detector/browser';
import { type Liveness, loadLiveness, type Picture, type StreamJudgment } from '@gradalign/liveness';
import { fetchFile } from './fetch-file.ts';
import type { Answered, Asked, CheckerFiles, LoadedModel, Question, Questions } from './messages.ts';

/** Finding a face and scoring it takes a good part of a second: it happens here, so that the page stays responsive. */
const port = globalThis as unknown as { onmessage: (event: { readonly data: Asked }) => void; postMessage(answer: Answered): void };

let liveness: Liveness | undefined;
let stream: Stream | undefined;

const answers: { readonly [Q in Question]: (about: Questions[Q]['asks']) => Promise<Questions[Q]['answer']> } = {
  load: async (files) => {
    const { model, loaded } = await load(files);
    liveness = model;
    return loaded;
  },
  check: async (picture) => theModel().check(picture),
  begin: async ({ window }) => {
    stream = openStream(theModel(), window);
    return null;
  },
  frame: async (frame) => {
    if (!stream) throw new Error('Cannot judge a frame: no stream has begun, expected one');
    try {
      return await stream(frame);
    } finally {
      frame.close();
    }
  },
};

port.onmessage = ({ data: { id, question, about } }) => {
  const answer = answers[question] as (about: unknown) => Promise<unknown>;
  answer(about).then(
    (value) => port.postMessage({ id, value }),
    (error: unknown) => port.postMessage({ id, error: error instanceof Error ? error.message : String(error) }),
  );
};

function theModel(): Liveness {
  if (!liveness) throw new Error('Cannot check a picture: no model is loaded, expected one');
  return liveness;
}

async function load(files: CheckerFiles): Promise<{ readonly model: Liveness; readonly loaded: LoadedModel }> {
  const [bytes, golden] = await Promise.all([fetchFile(files.model), fetchFile(files.golden).catch((error: Error) => error)]);
  if (bytes === undefined)
    throw new Error(
      `Cannot load the model: there is no ${files.model}, expected one beside the page (gradalign export <run> -o examples/web/public/model.onnx)`,
    );
  const text = golden instanceof Uint8Array ? new TextDecoder().decode(golden) : undefined;
  const detector = onFirstUse(() => loadBrowserFaceDetector({ files: files.detector, ...recordedDetector(model.metadata.preparation?.['detector']) }));
  const model = await loadLiveness(bytes, { detector, ...(text === undefined ? {} : { golden: text }) });
  const { classes } = model.metadata;
  if (classes.length !== 2) throw new Error(`Cannot load the model: it has ${classes.length} classes, expected two (bona fide and attack)`);
  const missing = golden instanceof Error ? golden.message : `there is no ${files.golden}, which gradalign export wrote beside the model`;
  const selfTest = text === undefined ? { missing } : await model.selfTest().catch((error: Error) => ({ missing: error.message }));
  // The detector is loaded, and all kernels compiled, before somebody waits for a decision.
  await model.check({ data: new Uint8Array(64 * 64 * 3).fill(128), width: 64, height: 64 });
  return { model, loaded: { metadata: model.metadata, size: bytes.length, selfTest } };
}

/** A model of whole pictures asks for no face: its page does not load the detector. */
function onFirstUse(load: () => ReturnType<typeof loadBrowserFaceDetector>) {
  let loading: ReturnType<typeof load> | undefined;
  return {
    async detect(picture: { readonly data: Uint8Array; readonly width: number; readonly height: number }) {
      loading ??= load();
      return (await loading).detect(picture);
    },
  };
}

type Stream = (frame: ImageBitmap) => Promise<StreamJudgment>;

/** Frames go in one by one, and each comes out judged with those before it. */
function openStream(model: Liveness, window: number): Stream {
  let arrive: (frame: Picture) => void = () => {};
  const arrival = () =>
    new Promise<Picture>((resolve) => {
      arrive = resolve;
    });
  let next = arrival();
  const frames = async function* (): AsyncGenerator<Picture> {
    for (;;) {
      const frame = await next;
      next = arrival();
      yield frame;
    }
  };
  // The page knows better when a camera stops: only it sees whether it is visible.
  const judged = model.watch(frames(), { window, patience: 3600 });
  return async (frame) => {
    arrive(frame);
    return (await judged.next()).value as StreamJudgment;
  };
}
