import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { DetectedFace, DetectorAnswer, DetectorModel, Picture } from './detected-face.ts';
import { FaceDetectorError } from './face-detector-error.ts';

/** Time that a process has to exit by itself, ms. */
const exitTimeout = 3_000;

/** The process ended while it was working on a picture. */
export class ProcessEndedError extends Error {}

export interface DetectorProcess {
  readonly pid: number;
  /** One picture at a time. @throws ProcessEndedError, or an error that concerns this picture only. */
  detect(picture: Picture): Promise<readonly DetectedFace[]>;
  readonly ended: boolean;
  close(): Promise<void>;
}

/** Starts a process and waits until its network is loaded. @throws FaceDetectorError if it does not load. */
export async function startDetectorProcess(model: DetectorModel, minimumScore: number): Promise<DetectorProcess> {
  const child = forkChild([model, String(minimumScore)]);
  let output = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-2000);
  });
  let waiting: { resolve(answer: DetectorAnswer): void; reject(error: Error): void } | undefined;
  let ended = false;
  const next = () =>
    new Promise<DetectorAnswer>((resolve, reject) => {
      if (ended) return reject(new ProcessEndedError('the process has ended'));
      waiting = { resolve, reject };
    });
  child.on('message', (answer: DetectorAnswer) => waiting?.resolve(answer));
  const exited = new Promise<void>((resolve) => {
    const end = (why: string) => {
      ended = true;
      waiting?.reject(new ProcessEndedError(why));
      resolve();
    };
    child.on('error', (error) => end(error.message));
    child.on('exit', (code, signal) => end(`the process ended by ${signal ?? `code ${code}`}${lastLine(output)}`));
  });

  const first = await next().catch((error: Error) => ({ failed: error.message }));
  if (!('ready' in first)) {
    child.kill('SIGKILL');
    const why = 'failed' in first ? first.failed : 'its process sent an unknown answer';
    throw new FaceDetectorError(
      `Cannot run the face detector: ${why}, expected @vladmandic/face-api 1.7.15 and @tensorflow/tfjs-backend-wasm to be installed completely (npm install)`,
    );
  }
  let ids = 0;
  return {
    pid: child.pid ?? 0,
    get ended() {
      return ended;
    },
    async detect(picture) {
      const answered = next();
      // A broken pipe is reported as the end of the process.
      child.send({ id: ids++, picture }, () => {});
      const answer = await answered;
      if ('faces' in answer) return answer.faces;
      throw new Error('error' in answer ? answer.error : 'the detector sent an unknown answer');
    },
    async close() {
      if (child.connected) child.disconnect();
      const kill = setTimeout(() => child.kill('SIGKILL'), exitTimeout);
      await exited;
      clearTimeout(kill);
    },
  };
}

/** Runs from source if this process does. */
function forkChild(args: readonly string[]): ChildProcess {
  const fromSource = import.meta.url.endsWith('.ts');
  const tsx = () => pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return fork(fileURLToPath(new URL(`detector-child${fromSource ? '.ts' : '.js'}`, import.meta.url)), args, {
    execArgv: fromSource ? ['--conditions=@gradalign/source', '--import', tsx()] : [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

function lastLine(output: string): string {
  const line = output.trim().split('\n').pop();
  return line ? ` (${line})` : '';
}
