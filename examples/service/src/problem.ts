/** What can be wrong with a request, by the last part of its `type`, with its status and title (RFC 9457). */
const kinds = {
  'malformed-request': [400, 'The request cannot be read'],
  unreadable: [400, 'The picture or clip cannot be read'],
  'not-found': [404, 'There is nothing here'],
  'method-not-allowed': [405, 'This method is not offered here'],
  'too-slow': [408, 'The request came too slowly'],
  'too-large': [413, 'The picture or clip is too large'],
  'unsupported-type': [415, 'The content is of a type that is not read'],
  refused: [422, 'The picture or clip cannot be judged'],
  'takes-too-long': [422, 'The picture or clip takes too long to judge'],
  'headers-too-large': [431, 'The headers are too large'],
  failed: [500, 'The service failed'],
  busy: [503, 'The service is busy'],
  stopping: [503, 'The service is stopping'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemKind = keyof typeof kinds;

/** Media type of problems. */
export const problemType = 'application/problem+json';

/** An answer that is no judgment. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly kind: ProblemKind;
  readonly status: number;
  /** Beside the members that every problem has. */
  readonly more: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  /** @param detail a sentence without what was sent: what is wrong, and what is expected */
  constructor(
    kind: ProblemKind,
    detail: string,
    { more = {}, headers = {} }: { readonly more?: Readonly<Record<string, unknown>>; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(detail);
    this.kind = kind;
    [this.status] = kinds[kind];
    this.more = more;
    this.headers = headers;
  }

  /** The JSON of the answer. */
  get body(): Readonly<Record<string, unknown>> {
    const { kind, message, more } = this;
    const [status, title] = kinds[kind];
    return { type: `urn:gradalign:problem:${kind}`, title, status, detail: message, ...more };
  }
}

/** The service has no room for a request; it may come again after so many seconds. */
export function busy(detail: string, seconds: number): ProblemError {
  return new ProblemError('busy', detail, { headers: { 'retry-after': String(Math.max(1, Math.ceil(seconds))) } });
}
