import type { TrackingServer } from './server-address.ts';

/** Why a request came to nothing. */
export class MlflowError extends Error {
  override readonly name = 'MlflowError';
  /** MLflow's error code, `RESOURCE_DOES_NOT_EXIST`; undefined where MLflow did not answer. */
  readonly code: string | undefined;
  /** The server has read the request and will never take it: sending it again is no use. */
  readonly isFinal: boolean;

  constructor(message: string, { code, isFinal = false, cause }: { code?: string | undefined; isFinal?: boolean; cause?: unknown } = {}) {
    super(message, { cause });
    this.code = code;
    this.isFinal = isFinal;
  }
}

/** Requests to one tracking server. Each rejects with an MlflowError after `timeout` milliseconds at the latest. */
export class MlflowClient {
  readonly #server: TrackingServer;
  readonly #timeout: number;

  constructor(server: TrackingServer, { timeout }: { readonly timeout: number }) {
    this.#server = server;
    this.#timeout = timeout;
  }

  /** A call of the REST API 2.0, below `/api/2.0/mlflow/`. */
  async call(method: 'GET' | 'POST', endpoint: string, content: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>> {
    const path = `/api/2.0/mlflow/${endpoint}`;
    const text =
      method === 'GET'
        ? await this.#request(`${path}?${new URLSearchParams(content as Record<string, string>)}`, { method })
        : await this.#request(path, { method, body: JSON.stringify(content), headers: { 'content-type': 'application/json' } });
    const answer = parse(text);
    if (!answer) throw new MlflowError(`it answers with something other than JSON: is there an MLflow server?`);
    return answer;
  }

  /** Uploads a text through the server, without credentials that it may hold. `path`: that of the artifact below the server's store. */
  async upload(path: string, text: string): Promise<void> {
    const escaped = path.split('/').map(encodeURIComponent).join('/');
    await this.#request(`/api/2.0/mlflow-artifacts/artifacts/${escaped}`, {
      method: 'PUT',
      body: this.#server.redact(text),
      headers: { 'content-type': 'application/octet-stream' },
    });
  }

  async #request(path: string, { headers, ...init }: { method: string; body?: string; headers?: Record<string, string> }): Promise<string> {
    const { base, authorization } = this.#server;
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${base}${path}`, {
        ...init,
        headers: { 'user-agent': 'gradalign', ...headers, ...(authorization === undefined ? {} : { authorization }) },
        // Credentials go to the server that the user named, and nowhere else.
        redirect: 'manual',
        signal: AbortSignal.timeout(this.#timeout),
      });
      text = await response.text();
    } catch (cause) {
      throw new MlflowError(this.#describeFailure(cause), { cause });
    }
    if (response.ok) return text;
    throw this.#refusal(response, text);
  }

  #describeFailure(error: unknown): string {
    const { name, message, cause } = error as Error;
    if (name === 'TimeoutError') return `no answer within ${this.#timeout / 1000} s`;
    const { code, message: reason } = (cause ?? {}) as NodeJS.ErrnoException;
    return this.#printable(code ?? reason ?? message);
  }

  #refusal({ status, headers }: Response, text: string): MlflowError {
    const location = headers.get('location');
    if (status >= 300 && status < 400) return new MlflowError(`it redirects to ${this.#printable(location ?? 'nowhere')}: name that address instead`);
    const { error_code: code, message } = parse(text) ?? {};
    const said = typeof message === 'string' ? `: ${this.#printable(message)}` : '';
    // 401 and 403 are about who asks, 408 and 429 about when.
    const isFinal = status >= 400 && status < 500 && ![401, 403, 408, 429].includes(status) && typeof code === 'string';
    return new MlflowError(`it answers ${status}${said}`, { code: typeof code === 'string' ? code : undefined, isFinal });
  }

  /** What a server says, as one short line of plain text without credentials. */
  #printable(text: string): string {
    const line = this.#server.redact(text).replace(/[\p{C}\s]+/gu, ' ');
    return line.length > longest ? `${line.slice(0, longest)}...` : line;
  }
}

const longest = 300;

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
