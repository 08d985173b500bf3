import type { StreamFrame } from './stream-frame.ts';

/** Frames that are judged, spread evenly over the video. */
const frameCount = 10;

/**
 * Frames of a video file, at the middles of ten equal parts of it.
 *
 * @throws Error with a sentence for people where the browser cannot play it
 */
export async function* videoFileFrames(video: HTMLVideoElement, file: File, signal: AbortSignal): AsyncGenerator<StreamFrame> {
  const address = URL.createObjectURL(file);
  const unplayable = (cause?: unknown) =>
    new Error(`The browser cannot play ${file.name}. Expected a video that is whole, in MP4 (H.264), WebM or another format of this browser.`, { cause });
  try {
    video.src = address;
    await once(video, 'loadeddata').catch((cause: unknown) => {
      throw unplayable(cause);
    });
    const duration = await durationOf(video);
    if (!(duration > 0) || video.videoWidth === 0) throw unplayable();
    for (let i = 0; i < frameCount && !signal.aborted; i++) {
      const seconds = ((i + 0.5) / frameCount) * duration;
      video.currentTime = seconds;
      await once(video, 'seeked').catch((cause: unknown) => {
        throw unplayable(cause);
      });
      yield { picture: await createImageBitmap(video), seconds };
    }
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** Files that a browser recorded do not say how long they are, until their end was looked for. */
async function durationOf(video: HTMLVideoElement): Promise<number> {
  if (Number.isFinite(video.duration)) return video.duration;
  const known = once(video, 'durationchange');
  video.currentTime = Number.MAX_SAFE_INTEGER;
  await known;
  return video.duration;
}

/** Rejects at the element's error, and where nothing happens for 10 seconds. */
function once(video: HTMLVideoElement, event: 'loadeddata' | 'seeked' | 'durationchange'): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      video.removeEventListener(event, onEvent);
      video.removeEventListener('error', onError);
      settle();
    };
    const onEvent = () => finish(resolve);
    const onError = () => finish(() => reject(new Error(video.error?.message ?? 'unknown error')));
    const timer = setTimeout(() => finish(() => reject(new Error('it does not answer'))), 10_000);
    video.addEventListener(event, onEvent);
    video.addEventListener('error', onError);
  });
}
