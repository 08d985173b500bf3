import * as loaded from '@vladmandic/face-api/dist/face-api.esm.js';
import { checkPicture } from './check-picture.ts';
import type { DetectedFace, DetectorModel, Picture } from './detected-face.ts';
import type { FaceApi } from './face-api.ts';
import type { FaceDetector } from './face-detector.ts';
import { FaceDetectorError } from './face-detector-error.ts';
import { findFaces } from './find-faces.ts';
import { type Network, networksOf, wasmFiles, weightFiles } from './weight-files.ts';

/** Options of {@link loadBrowserFaceDetector}. */
export interface BrowserFaceDetectorOptions {
  /** Folder that serves the files that `browserFiles()` of `@gradalign/face-detector` lists, absolute or relative to the page (in a worker: to the worker). */
  readonly files: string | URL;
  /** `ssd` by default: what `gradalign data prepare` detects with. */
  readonly model?: DetectorModel;
  /** Faces with a lower score are left out; 0..1, 0.5 by default. */
  readonly minimumScore?: number;
}

/** What is used of face-api's build for browsers, with the TensorFlow.js inside it. */
interface BrowserFaceApi extends FaceApi {
  readonly tf: FaceApi['tf'] & {
    readonly io: {
      weightsLoaderFactory(fetchWeights: (paths: readonly string[]) => Promise<readonly ArrayBuffer[]>): (manifest: unknown, prefix: string) => Promise<object>;
    };
    env(): { set(flag: string, value: boolean): void };
    setWasmPaths(folder: string): void;
    setBackend(name: 'wasm'): Promise<boolean>;
  };
  readonly env: { isBrowser(): boolean; setEnv(environment: object): void };
  readonly nets: Readonly<Record<'ssdMobilenetv1' | 'tinyFaceDetector' | 'faceLandmark68Net', LoadableNetwork>>;
}

interface LoadableNetwork {
  loadFromWeightMap(weights: object): void;
  dispose(throwOnRedispose: boolean): void;
}

const faceApi = loaded as unknown as BrowserFaceApi;
const nets = { ssd: faceApi.nets.ssdMobilenetv1, tiny: faceApi.nets.tinyFaceDetector, landmarks: faceApi.nets.faceLandmark68Net };

/**
 * Loads the face detector into this page or worker: weights and numbers of the one in Node, on one thread. Detecting blocks that thread (half a second a
 * picture): use a worker. TensorFlow.js keeps one engine for all scripts of a page or worker, and this makes WebAssembly its backend.
 *
 * @throws FaceDetectorError where a file is missing or damaged, or WebAssembly does not start
 */
export async function loadBrowserFaceDetector({ files, model = 'ssd', minimumScore = 0.5 }: BrowserFaceDetectorOptions): Promise<FaceDetector> {
  const folder = new URL(files, (globalThis as unknown as { readonly location: { readonly href: string } }).location.href);
  const addressOf = (name: string) => new URL(name, folder.href.endsWith('/') ? folder : `${folder.href}/`).href;
  await startWasm(addressOf);
  // In a worker it does not know where it is, and asks whether a tensor is one of these.
  if (!faceApi.env.isBrowser()) faceApi.env.setEnv({ Canvas: Never, Image: Never, ImageData: Never, Video: Never, CanvasRenderingContext2D: Never });
  await Promise.all(networksOf(model).map((network) => loadNetwork(network, addressOf)));
  let closed = false;
  let last: Promise<unknown> = Promise.resolve();
  const detect = async (picture: Picture): Promise<readonly DetectedFace[]> => {
    if (closed) throw new FaceDetectorError('Cannot detect faces: the detector is closed, expected an open one');
    try {
      return await findFaces(faceApi, model, minimumScore, picture);
    } catch (cause) {
      throw new FaceDetectorError(
        `Cannot detect faces in a picture of ${picture.width} x ${picture.height}: ${(cause as Error).message}, expected the detector to finish`,
        { cause, onePicture: true },
      );
    }
  };
  return {
    async detect(picture) {
      checkPicture(picture);
      const faces = last.then(() => detect(picture));
      last = faces.catch(() => {});
      return faces;
    },
    async close() {
      closed = true;
      await last;
      for (const network of networksOf(model)) nets[network].dispose(false);
    },
  };
}

type AddressOf = (name: string) => string;

class Never {}

/** Threads would need a page that is cross-origin isolated, and scripts from blobs; they change the last digits. */
async function startWasm(addressOf: AddressOf): Promise<void> {
  faceApi.tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  faceApi.tf.setWasmPaths(addressOf(''));
  if (!(await faceApi.tf.setBackend('wasm').catch(() => false)))
    throw new FaceDetectorError(
      `Cannot load the face detector: TensorFlow.js does not start on WebAssembly, expected ${wasmFiles.map(addressOf).join(' or ')}, whole, and a browser that runs it`,
    );
}

async function loadNetwork(network: Network, addressOf: AddressOf): Promise<void> {
  const names = weightFiles(network);
  const [manifest, weights] = await Promise.all([fetchFile(addressOf(names.manifest)), fetchFile(addressOf(names.weights))]);
  try {
    const load = faceApi.tf.io.weightsLoaderFactory(async (paths) => paths.map(() => weights));
    nets[network].loadFromWeightMap(await load(JSON.parse(new TextDecoder().decode(manifest)), ''));
  } catch (cause) {
    throw new FaceDetectorError(
      `Cannot load the face detector: ${addressOf(names.weights)} or its manifest is damaged (${(cause as Error).message}), expected the files of @vladmandic/face-api 1.7.15`,
      { cause },
    );
  }
}

async function fetchFile(address: string): Promise<ArrayBuffer> {
  const missing = (why: string, cause?: unknown) =>
    new FaceDetectorError(`Cannot load the face detector: ${address} ${why}, expected the files that browserFiles() lists`, { cause });
  let response: Response;
  try {
    response = await fetch(address);
  } catch (cause) {
    throw missing('cannot be fetched', cause);
  }
  // A development server may answer with its page where there is no file.
  if (!response.ok || response.headers.get('content-type')?.startsWith('text/html')) throw missing(`is not there (status ${response.status})`);
  return response.arrayBuffer();
}
