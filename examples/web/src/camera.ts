import type { StreamFrame } from './stream-frame.ts';

/** Seconds without a new frame, while the page is visible, after which a camera counts as stopped. */
const patience = 5;

/** What browsers say when they give no camera (Media Capture and Streams, 10.2), for people. */
const refusals: Readonly<Record<string, string>> = {
  NotAllowedError: 'The browser has no permission to use the camera. Allow it for this page (usually at the left of the address), or open a file.',
  NotFoundError: 'There is no camera. Connect one, or open a picture or a video.',
  NotReadableError: 'The camera is there but does not answer. Another program may be using it: close that, and start again.',
  OverconstrainedError: 'The camera cannot deliver a picture of a usable size. Choose another, or open a file.',
};

/**
 * Shows the camera in the video element.
 *
 * @throws Error with a sentence for people where there is no camera, or no permission
 */
export async function openCamera(video: HTMLVideoElement): Promise<MediaStream> {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices?.getUserMedia)
    throw new Error(
      window.isSecureContext
        ? 'This browser offers no cameras to pages. Open a picture or a video.'
        : 'Browsers give their cameras only to pages from https addresses or from localhost. Open this page from one of these, or open a file.',
    );
  let stream: MediaStream;
  try {
    stream = await devices.getUserMedia({ audio: false, video: { facingMode: 'user', width: { ideal: 640 }, height: { ideal: 480 } } });
  } catch (cause) {
    const { name, message } = cause as Error;
    throw new Error(refusals[name] ?? `The browser does not start the camera (${name}: ${message}). Open a file.`, { cause });
  }
  // The file that was shown before.
  video.removeAttribute('src');
  video.srcObject = stream;
  try {
    await video.play();
  } catch (cause) {
    closeCamera(video, stream);
    throw new Error(`The browser does not show the camera (${(cause as Error).message}). Start it again, or open a file.`, { cause });
  }
  return stream;
}

/** Releases the camera: its light goes out. */
export function closeCamera(video: HTMLVideoElement, stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
  if (video.srcObject === stream) video.srcObject = null;
}

/**
 * Frames of a camera, each the newest when the one before has been dealt with; until the signal aborts.
 *
 * @throws Error with a sentence for people where the camera ends, or sends nothing for 5 seconds
 */
export async function* cameraFrames(video: HTMLVideoElement, stream: MediaStream, signal: AbortSignal): AsyncGenerator<StreamFrame> {
  const [track] = stream.getVideoTracks();
  const start = performance.now();
  while (!signal.aborted) {
    const came = await nextFrame(video, track as MediaStreamTrack, signal);
    if (came === 'aborted') return;
    if (came === 'ended') throw new Error('The camera stopped: it was unplugged, or the permission was withdrawn. What was judged before stays.');
    if (came === 'silent') throw new Error(`The camera has sent no frame for ${patience} seconds. What was judged before stays.`);
    yield { picture: await createImageBitmap(video), seconds: (performance.now() - start) / 1000 };
  }
}

function nextFrame(video: HTMLVideoElement, track: MediaStreamTrack, signal: AbortSignal): Promise<'frame' | 'aborted' | 'ended' | 'silent'> {
  if (signal.aborted) return Promise.resolve('aborted');
  if (track.readyState === 'ended') return Promise.resolve('ended');
  return new Promise((resolve) => {
    let waited = 0;
    const step = 0.25;
    const finish = (how: 'frame' | 'aborted' | 'ended' | 'silent') => {
      clearInterval(timer);
      video.cancelVideoFrameCallback(callback);
      signal.removeEventListener('abort', onAbort);
      track.removeEventListener('ended', onEnded);
      resolve(how);
    };
    const onAbort = () => finish('aborted');
    const onEnded = () => finish('ended');
    const callback = video.requestVideoFrameCallback(() => finish('frame'));
    // A hidden page is shown no frames, which says nothing about the camera.
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') waited += step;
      if (waited >= patience) finish('silent');
    }, 1000 * step);
    signal.addEventListener('abort', onAbort);
    track.addEventListener('ended', onEnded);
  });
}
