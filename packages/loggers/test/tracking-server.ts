import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that the server has read. */
export interface ReadRequest {
  readonly method: string;
  /** Without `/api/2.0/mlflow/`, and without the query. */
  readonly endpoint: string;
  readonly authorization: string | undefined;
  readonly body: Buffer;
}

/** What a test makes the server do instead of answering: takes the request, or returns false. */
export type Misbehavior = (request: ReadRequest, response: ServerResponse) => boolean;

interface Metric {
  readonly key: string;
  readonly value: number;
  readonly step: number;
}

/** A run as the server keeps it. */
export interface KeptRun {
  readonly tags: Record<string, string>;
  readonly params: Record<string, string>;
  readonly metrics: Metric[];
  status: string;
}

/**
 * The part of MLflow's REST API that the callback uses, in memory, for what the real server does not do on demand: fail. The real one is in
 * packages/cli/test/mlflow.long.test.ts.
 */
export class TrackingServerForTests implements AsyncDisposable {
  readonly requests: ReadRequest[] = [];
  readonly runs = new Map<string, KeptRun>();
  readonly artifacts = new Map<string, Buffer>();
  misbehave: Misbehavior = () => false;
  readonly #experiments = new Map<string, string>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  /** On a port of its own, or on one that was free a moment ago. */
  async listen(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(message.url ?? '/', 'http://localhost');
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { method = 'GET', headers } = message;
    const request = { method, endpoint: url.pathname.replace('/api/2.0/mlflow/', ''), authorization: headers.authorization, body };
    this.requests.push(request);
    if (this.misbehave(request, response)) return;
    const [status, answer] = this.#handle(request, url.searchParams);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  #handle({ method, endpoint, body }: ReadRequest, query: URLSearchParams): [number, object] {
    if (method === 'PUT') {
      this.artifacts.set(endpoint.replace('/api/2.0/mlflow-artifacts/artifacts/', ''), body);
      return [200, {}];
    }
    const content = body.length > 0 ? JSON.parse(body.toString()) : {};
    const run = this.runs.get(content.run_id);
    switch (endpoint) {
      case 'experiments/get-by-name': {
        const id = this.#experiments.get(query.get('experiment_name') as string);
        return id ? [200, { experiment: { experiment_id: id, lifecycle_stage: 'active' } }] : [404, { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'no' }];
      }
      case 'experiments/create':
        this.#experiments.set(content.name, '1');
        return [200, { experiment_id: '1' }];
      case 'runs/create': {
        const id = `run${this.runs.size + 1}`;
        this.runs.set(id, { tags: byKey(content.tags), params: {}, metrics: [], status: 'RUNNING' });
        return [200, { run: describe(id) }];
      }
      case 'runs/search': {
        const found = [...this.runs].find(([, { tags }]) => content.filter === `tags.\`gradalign.key\` = '${tags['gradalign.key']}'`);
        return [200, found ? { runs: [describe(found[0])] } : {}];
      }
      case 'runs/get':
        return [200, { run: describe(query.get('run_id') as string) }];
      case 'runs/log-batch':
        run?.metrics.push(...(content.metrics ?? []));
        Object.assign(run?.params ?? {}, byKey(content.params));
        Object.assign(run?.tags ?? {}, byKey(content.tags));
        return [200, {}];
      case 'runs/update':
        if (run) run.status = content.status;
        return [200, {}];
      default:
        return [404, { error_code: 'ENDPOINT_NOT_FOUND', message: endpoint }];
    }
  }
}

function describe(id: string): object {
  return { info: { run_id: id, artifact_uri: `mlflow-artifacts:/1/${id}/artifacts`, lifecycle_stage: 'active' } };
}

function byKey(list: readonly { readonly key: string; readonly value: string }[] = []): Record<string, string> {
  return Object.fromEntries(list.map(({ key, value }) => [key, value]));
}
