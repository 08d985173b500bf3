import Fastify, { type FastifyInstance, type FastifyReply, LogController } from 'fastify';
import { answerClientError, answerProblems, sendProblem } from './answer-problems.ts';
import type { MediaKind } from './judge-messages.ts';
import type { JudgePool } from './judge-pool.ts';
import { bodyTypes, mediaOfRequest, multipartOverhead } from './media-of-request.ts';
import { createMetrics } from './metrics.ts';
import { openApi } from './open-api.ts';
import { busy, ProblemError } from './problem.ts';
import type { Settings } from './settings.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of POST /check: for the log and the metrics. */
    kind?: MediaKind;
    outcome?: string;
    /** Its body is being received. */
    uploading?: boolean;
  }
}

/** The HTTP side: routes, limits of requests, metrics. It does not listen yet. */
export function buildServer(pool: JudgePool, settings: Settings): FastifyInstance {
  const { limits, seconds, log } = settings;
  const metrics = createMetrics(pool);
  const app = Fastify({
    logger: log === 'silent' ? false : { level: log, base: null },
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.clipBytes + multipartOverhead,
    requestTimeout: 1000 * seconds.receive,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    clientErrorHandler: answerClientError,
    frameworkErrors: (_, __, reply) => {
      sendProblem(reply, new ProblemError('malformed-request', 'this is no path that can be read'));
    },
    // Node looks for late requests only so often, in milliseconds.
    http: { connectionsCheckingInterval: 500, headersTimeout: Math.min(1000 * seconds.receive, 10_000), maxHeaderSize: 8192 },
  });
  answerProblems(app);
  readBodies(app, settings);

  let uploads = 0;
  const uploaded = (request: { uploading?: boolean }) => {
    if (!request.uploading) return;
    request.uploading = false;
    metrics.uploads.set(--uploads);
  };

  app.post('/check', {
    // Before the body is read: a request that would be refused is not received.
    onRequest: async (request) => {
      if (isStopping(app)) throw new ProblemError('stopping', 'the service is stopping, expected a request to another one');
      if (pool.isFull) throw busy('all processes are at work and the queue is full', pool.pause);
      if (uploads >= settings.uploads) throw busy(`${uploads} requests are being received, expected at most ${settings.uploads}`, 1);
      request.uploading = true;
      metrics.uploads.set(++uploads);
    },
    handler: async (request, reply) => {
      const media = mediaOfRequest(request, limits);
      uploaded(request);
      request.kind = media.kind;
      const verdict = await pool.judge(media.kind, media.bytes, closing(reply));
      request.outcome = verdict.decision;
      return { ...verdict, model: pool.ready.model };
    },
    onResponse: async (request, reply) => {
      const { kind = 'none', outcome = 'none' } = request;
      metrics.answered(outcome, reply.statusCode, kind, reply.elapsedTime / 1000);
      request.log.info({ status: reply.statusCode, kind, milliseconds: Math.round(reply.elapsedTime) }, 'check');
    },
  });
  // A connection on which a last answer goes out is not kept: it would hold up the end.
  app.addHook('onSend', async (_, reply) => {
    if (isStopping(app)) reply.header('connection', 'close');
  });
  // A request whose connection breaks has no response.
  app.addHook('onRequest', async (request) => void request.raw.once('close', () => uploaded(request)));

  const ready = () => !isStopping(app) && pool.alive > 0;
  const state = () => ({
    status: ready() ? 'ready' : isStopping(app) ? 'stopping' : 'not ready',
    model: pool.ready.model,
    selfTest: pool.ready.selfTest,
    processes: pool.alive,
    working: pool.working,
    waiting: pool.waiting,
  });
  app.get('/health', async (_, reply) => reply.status(ready() ? 200 : 503).send(state()));
  app.get('/health/ready', async (_, reply) => reply.status(ready() ? 200 : 503).send(state()));
  app.get('/health/live', async () => ({ status: 'live' }));
  app.get('/metrics', async (_, reply) => reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()));
  app.get('/openapi.json', async () => openApi(settings));
  return app;
}

const stopping = new WeakSet<FastifyInstance>();

/** From now on the service is not ready, whatever connections are still open. */
export function announceStop(app: FastifyInstance): void {
  stopping.add(app);
}

function isStopping(app: FastifyInstance): boolean {
  return stopping.has(app);
}

/** Bodies as bytes, each type with its own limit. */
function readBodies(app: FastifyInstance, { limits }: Settings): void {
  app.removeAllContentTypeParsers();
  const whole = (_: unknown, body: Buffer, done: (error: null, body: Buffer) => void) => done(null, body);
  app.addContentTypeParser(bodyTypes.pictures, { parseAs: 'buffer', bodyLimit: limits.pictureBytes }, whole);
  app.addContentTypeParser(bodyTypes.clips, { parseAs: 'buffer', bodyLimit: limits.clipBytes }, whole);
  app.addContentTypeParser([...bodyTypes.others], { parseAs: 'buffer' }, whole);
}

function closing(reply: FastifyReply): AbortSignal {
  const closed = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) closed.abort();
  });
  if (reply.raw.destroyed) throw new ProblemError('malformed-request', 'the connection was closed');
  return closed.signal;
}
