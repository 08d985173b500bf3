import { readFileSync } from 'node:fs';
import { bodyTypes } from './media-of-request.ts';
import { problemType } from './problem.ts';
import type { Settings } from './settings.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { readonly version: string };

const text = { type: 'string' } as const;
const number = { type: 'number' } as const;
const orNull = (type: string) => ({ type: [type, 'null'] });
const object = (properties: Readonly<Record<string, object>>, optional: readonly string[] = []) => ({
  type: 'object',
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
});
const measures = { type: 'array', items: object({ name: text, value: number, least: number, most: number }, ['least', 'most']) };
const model = object({
  fingerprint: orNull('string'),
  sha256: text,
  classes: { type: 'array', items: text },
  decision: orNull('string'),
  versions: { type: 'object', additionalProperties: text },
});
const verdict = object(
  {
    kind: { enum: ['picture', 'clip'] },
    decision: { ...text, description: 'a class of the model, or undecided where it has no threshold' },
    probability: { ...orNull('number'), minimum: 0, maximum: 1, description: 'of bona fide' },
    score: { ...number, description: 'compared with the threshold; of a clip its aggregated frames' },
    threshold: orNull('number'),
    reason: { type: 'null' },
    face: orNull('object'),
    measures,
    frames: object({ read: { type: 'integer' }, judged: { type: 'integer' } }),
    model,
  },
  ['frames'],
);
const problem = object({ type: text, title: text, status: { type: 'integer' }, detail: text, decision: text, reason: text, face: orNull('object'), measures }, [
  'decision',
  'reason',
  'face',
  'measures',
]);
const state = object({
  status: { enum: ['ready', 'not ready', 'stopping'] },
  model,
  selfTest: { type: 'object' },
  processes: { type: 'integer' },
  working: { type: 'integer' },
  waiting: { type: 'integer' },
});

const answer = (description: string, schema: object, type = 'application/json') => ({ description, content: { [type]: { schema } } });
const refused = (description: string) => answer(description, problem, problemType);

/** The description of the service in OpenAPI 3.1. */
export function openApi({ limits }: Settings): object {
  const file = { type: 'string', contentMediaType: 'application/octet-stream' };
  return {
    openapi: '3.1.0',
    info: { title: 'gradalign: checks of faces', version },
    paths: {
      '/check': {
        post: {
          summary: 'Judges a picture or a clip',
          requestBody: {
            required: true,
            description: `A picture of at most ${limits.pictureBytes} bytes and ${limits.pixels} pixels, or a clip of at most ${limits.clipBytes} bytes and ${limits.clipSeconds} seconds.`,
            content: {
              'image/*': { schema: file },
              'video/*': { schema: file },
              [bodyTypes.others[1]]: { schema: file },
              [bodyTypes.others[0]]: { schema: object({ file }) },
            },
          },
          responses: {
            200: answer('It was judged', verdict),
            400: refused('It cannot be read'),
            408: refused('It came too slowly'),
            413: refused('It is larger than a limit'),
            415: refused('It is of a type that is not read'),
            422: refused('It was read and cannot be judged: no face, several, too small, cut off, too dark, blurred; or judging it takes too long'),
            500: refused('A fault of the service'),
            503: {
              ...refused('No room; Retry-After says when to come again. Or the service is stopping'),
              headers: { 'Retry-After': { schema: { type: 'integer' } } },
            },
          },
        },
      },
      '/health': { get: { summary: 'As /health/ready', responses: { 200: answer('Ready', state), 503: answer('Not ready', state) } } },
      '/health/ready': { get: { summary: 'Whether requests are judged', responses: { 200: answer('Ready', state), 503: answer('Not ready', state) } } },
      '/health/live': { get: { summary: 'Whether the process answers', responses: { 200: answer('Alive', object({ status: text })) } } },
      '/metrics': { get: { summary: 'Figures for Prometheus', responses: { 200: answer('Figures', text, 'text/plain') } } },
    },
  };
}
