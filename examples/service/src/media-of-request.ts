import type { FastifyRequest } from 'fastify';
import type { MediaKind } from './judge-messages.ts';
import { multipartFile } from './multipart-file.ts';
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
export function mediaOfRequest({ body, headers }: FastifyRequest, limits: Settings['limits']): Media {
  if (!Buffer.isBuffer(body) || body.length === 0) throw new ProblemError('malformed-request', 'the body is empty, expected a picture or a clip');
  const type = headers['content-type'] ?? '';
  const media = type.toLowerCase().startsWith(multipart) ? multipartFile(body, type) : { type, bytes: body };
  const kind = kindOf(media.type || anything, media.bytes);
  const most = kind === 'picture' ? limits.pictureBytes : limits.clipBytes;
  if (media.bytes.length > most) throw new ProblemError('too-large', `the ${kind} has ${media.bytes.length} bytes, expected at most ${most}`);
  return { kind, bytes: media.bytes };
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
