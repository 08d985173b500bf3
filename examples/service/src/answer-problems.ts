import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { unsupported } from './media-of-request.ts';
import { ProblemError, problemType } from './problem.ts';

/** Every error is answered as a problem (RFC 9457). */
export function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: Error, request, reply) => {
    const problem = problemOf(error, request);
    if (problem.status >= 500 && problem.kind === 'failed') request.log.error({ message: error.message }, 'fault');
    request.outcome = problem.kind;
    return sendProblem(reply, problem);
  });
  app.setNotFoundHandler((request, reply) => {
    const known = ['/check', '/health', '/health/live', '/health/ready', '/metrics', '/openapi.json'];
    const path = request.url.split('?', 1)[0] as string;
    const allow = path === '/check' ? 'POST' : 'GET';
    const problem = known.includes(path)
      ? new ProblemError('method-not-allowed', `${request.method} is not offered here, expected ${allow}`, { headers: { allow } })
      : new ProblemError('not-found', `there is nothing under this path, expected one of ${known.join(', ')}`);
    return sendProblem(reply, problem);
  });
}

/** Answers with a problem. */
export function sendProblem(reply: FastifyReply, problem: ProblemError): FastifyReply {
  return reply.status(problem.status).headers(problem.headers).type(problemType).send(problem.body);
}

function problemOf(error: Error & { readonly code?: string; readonly statusCode?: number }, request: FastifyRequest): ProblemError {
  if (error instanceof ProblemError) return error;
  const { code = '', statusCode = 500 } = error;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new ProblemError('too-large', 'the body has more bytes than the limit for its type');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return unsupported(request.headers['content-type'] ?? '');
  if (statusCode >= 400 && statusCode < 500) return new ProblemError('malformed-request', `the request cannot be read (${error.message})`);
  return new ProblemError('failed', 'the service has a fault');
}

/** Answers what Node's parser refuses: fastify's option `clientErrorHandler`. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const problem =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? new ProblemError('too-slow', 'the request did not arrive in time')
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? new ProblemError('headers-too-large', 'the headers have too many bytes')
        : new ProblemError('malformed-request', 'this is no request of HTTP/1.1');
  const body = JSON.stringify(problem.body);
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.kind}`,
    `Content-Type: ${problemType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
