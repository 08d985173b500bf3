import type { FastifyRequest } from 'fastify';
import type { MediaKind } from './judge-messages.ts';
import { ProblemError } from './problem.ts';
import type { Settings } from './settings.ts';

/** What is to be judged. */
export interface Media {
  readonly kind: MediaKind;
  readonly bytes: Uint8Array;
}

/** What a multipart body has around its part: headers and boundaries. */
export const multipartOverhead = 2 ** 14;
const multipart = 'multipart/form-data';
const anything = 'application/octet-stream';

/** Types whose bodies are read at all; the content decides of which kind of picture or clip it is. */
export const bodyTypes = { pictures: /^image\//, clips: /^video\//, others: [multipart, anything] } as const;

/**
 * The picture or clip of a request: its body, or the only file of a multipart form.
 *
 * @throws ProblemError
 */
export async function mediaOfRequest({ body, headers }: FastifyRequest, limits: Settings['limits']): Promise<Media> {
  if (!Buffer.isBuffer(body) || body.length === 0) throw new ProblemError('malformed-request', 'the body is empty, expected a picture or a clip');
  const type = headers['content-type'] ?? '';
  const media = type.toLowerCase().startsWith(multipart) ? await onlyFile(body, type) : { type, bytes: body };
  const kind = kindOf(media.type, media.bytes);
  const most = kind === 'picture' ? limits.pictureBytes : limits.clipBytes;
  if (media.bytes.length > most) throw new ProblemError('too-large', `the ${kind} has ${media.bytes.length} bytes, expected at most ${most}`);
  return { kind, bytes: media.bytes };
}

async function onlyFile(body: Buffer, type: string): Promise<{ readonly type: string; readonly bytes: Uint8Array }> {
  const form = await new Response(body as Uint8Array<ArrayBuffer>, { headers: { 'content-type': type } }).formData().catch(() => {
    throw new ProblemError('malformed-request', 'the body is no multipart form, expected one with a file');
  });
  const files = [...form.values()].filter((value) => typeof value !== 'string');
  const [file] = files;
  if (!file || files.length > 1) throw new ProblemError('malformed-request', `the form has ${files.length} files, expected one`);
  if (file.size === 0) throw new ProblemError('malformed-request', 'the file of the form is empty, expected a picture or a clip');
  return { type: file.type || anything, bytes: new Uint8Array(await file.arrayBuffer()) };
}

/** By the declared type; by the content where that says nothing. */
function kindOf(type: string, bytes: Uint8Array): MediaKind {
  const name = type.toLowerCase().split(';', 1)[0]?.trim() ?? '';
  if (bodyTypes.pictures.test(name)) return 'picture';
  if (bodyTypes.clips.test(name)) return 'clip';
  if (name !== anything) throw unsupported(name);
  return looksLikeClip(Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(16, bytes.length)).toString('latin1')) ? 'clip' : 'picture';
}

export function unsupported(type: string): ProblemError {
  return new ProblemError(
    'unsupported-type',
    `the Content-Type is ${type === '' ? 'missing' : `'${type.slice(0, 100)}'`}, expected image/*, video/*, ${anything} or ${multipart}`,
    { headers: { 'accept-post': `image/*, video/*, ${anything}, ${multipart}` } },
  );
}

/** MP4 and QuickTime, Matroska and WebM, AVI, MPEG, Ogg, FLV, ASF. Pictures of the family of MP4 are none. */
function looksLikeClip(head: string): boolean {
  if (head.startsWith('ftyp', 4)) return !stillBrands.includes(head.slice(8, 12));
  return clipBeginnings.some(([at, text]) => head.startsWith(text, at));
}

const stillBrands = ['avif', 'avis', 'mif1', 'msf1', 'heic', 'heix', 'heim', 'heis'];

const clipBeginnings: readonly (readonly [at: number, text: string])[] = [
  ...['moov', 'mdat', 'wide', 'free', 'skip'].map((box) => [4, box] as const),
  ...['\x1aE\xdf\xa3', '\0\0\x01\xba', '\0\0\x01\xb3', 'OggS', 'FLV', '0&\xb2u'].map((text) => [0, text] as const),
  [8, 'AVI '],
];
