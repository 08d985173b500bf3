import { createReadStream } from 'node:fs';
import { TextDecoder } from 'node:util';
import { type ParsedScores, type ParseOptions, parseScores, ScoreFileError } from '@gradalign/metrics';
import { describeReadError, openBounded } from '@gradalign/pixels/files';
import { cannot, UserError } from '../contracts/errors.ts';

/** A line this long is no line of scores: the file is something else. */
const longestLine = 2 ** 20;

/**
 * Reads a file of scores in any of the forms of `parseScores`: UTF-8, or UTF-16 with a byte order mark. Memory is a few numbers a row, whatever the size
 * of the file.
 *
 * @throws UserError that names the file and, where one is to blame, the line: exit code 2 where there is no such file, 1 for what it holds
 */
export async function readScores(path: string, options: Omit<ParseOptions, 'source'> = {}): Promise<ParsedScores> {
  const expected = 'a text file with a score and a label a line';
  let descriptor: number;
  try {
    ({ descriptor } = openBounded(path));
  } catch (cause) {
    throw cannot(`read scores from ${path}`, describeReadError(cause), expected, { cause, exitCode: 2 });
  }
  try {
    return await parseScores(textOf(path, descriptor), { ...options, source: path });
  } catch (error) {
    if (error instanceof ScoreFileError) throw new UserError(error.message, { cause: error });
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw cannot(`read scores from ${path}`, (error as Error).message, 'a file that can be read', { cause: error });
  }
}

/** The text of a file in pieces. Refuses what is not text before it fills the memory. */
async function* textOf(path: string, descriptor: number): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let [line, length] = [1, 0];
  const refuse = (at: number, what: string) => new ScoreFileError(path, at, what, 'text (UTF-8), a score and a label a line');
  for await (const bytes of createReadStream(path, { fd: descriptor }) as AsyncIterable<Buffer>) {
    decoder ??= new TextDecoder(encodingOf(bytes), { fatal: true });
    let text: string;
    try {
      text = decoder.decode(bytes, { stream: true });
    } catch {
      const before = bytes.toString('utf8').split('\uFFFD')[0] as string;
      throw refuse(line + lineBreaks(before), 'it has bytes that are not UTF-8');
    }
    const zero = text.indexOf('\0');
    if (zero >= 0) throw refuse(line + lineBreaks(text.slice(0, zero)), 'it has a zero byte');
    const last = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r'));
    length = last < 0 ? length + text.length : text.length - last - 1;
    line += lineBreaks(text);
    if (length > longestLine) throw refuse(line, `it is longer than ${longestLine} characters`);
    yield text;
  }
}

function encodingOf([first, second]: Buffer): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

function lineBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
