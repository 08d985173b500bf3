import { stat } from 'node:fs/promises';
import { BrokenClipError } from './broken-clip-error.ts';
import { lastWords, runTool } from './run-tool.ts';

export interface ProbedVideo {
  /** Frames in the file, by its packets. */
  readonly frames: number;
  /** The file's own metadata say how to rotate it. */
  readonly saysTurn: boolean;
}

interface ProbedStream {
  readonly nb_frames?: string;
  readonly nb_read_packets?: string;
  readonly tags?: { readonly rotate?: string };
  readonly side_data_list?: readonly { readonly rotation?: number }[];
}

/** Container and packets of a video, without decoding. @throws BrokenClipError where the file is not a complete video */
export async function probeVideo(path: string, signal?: AbortSignal): Promise<ProbedVideo> {
  await checkFile(path);
  const args = ['-v', 'error', '-count_packets', '-select_streams', 'V:0', '-show_streams', '-show_format', '-of', 'json', `file:${path}`];
  const tool = runTool('ffprobe', args, signal);
  let text = '';
  for await (const chunk of tool.stdout.setEncoding('utf8')) text += chunk;
  const { code, said } = await tool.ended;
  signal?.throwIfAborted();
  if (code !== 0) throw new BrokenClipError(`it is not a readable video (${lastWords(said, path)})`);
  const { streams = [], format } = JSON.parse(text) as { readonly streams?: readonly ProbedStream[]; readonly format?: { readonly nb_streams?: number } };
  const [stream] = streams;
  if (!stream) throw new BrokenClipError((format?.nb_streams ?? 0) > 0 ? 'it has sound but no video' : `it has no video${why(said, path)}`);
  const frames = Number(stream.nb_read_packets ?? 0);
  const promised = Number(stream.nb_frames ?? 0);
  if (frames === 0) throw new BrokenClipError('it has no frames');
  // Containers count somewhat loosely; a truncated file differs by more.
  if (isCutOff(said) || frames < 0.98 * promised - 2)
    throw new BrokenClipError(`it is cut off${promised > frames ? ` after ${frames} of ${promised} frames` : ''}${why(said, path)}`);
  const turn = stream.side_data_list?.find(({ rotation }) => rotation !== undefined)?.rotation ?? Number(stream.tags?.rotate ?? 0);
  return { frames, saysTurn: turn % 360 !== 0 };
}

function why(said: string, path: string): string {
  return said.trim() === '' ? '' : ` (${lastWords(said, path)})`;
}

/** Whether ffmpeg's output says that the end of the file is missing. */
export function isCutOff(said: string): boolean {
  return /partial file|ended prematurely|end of file.*unexpected|truncating packet/i.test(said);
}

async function checkFile(path: string): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new BrokenClipError(
      error.code === 'ENOENT' ? 'the file does not exist' : error.code === 'EACCES' ? 'permission to read it is denied' : error.message,
    );
  });
  if (!found.isFile()) throw new BrokenClipError('it is not a regular file');
  if (found.size === 0) throw new BrokenClipError('the file is empty');
}
