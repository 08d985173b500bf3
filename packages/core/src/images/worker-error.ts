import { UserError } from '../contracts/errors.ts';

/** An error as a worker sends it: threads lose the class, by which errors for the user are told from bugs. */
export interface SentError {
  readonly error: unknown;
  readonly message: string;
  readonly isForUser: boolean;
}

/** An error as plain data. */
export function sendError(error: unknown): SentError {
  const isForUser = error instanceof UserError;
  return { error: isForUser ? error.cause : error, message: error instanceof Error ? error.message : String(error), isForUser };
}

/** What was sent, as it was thrown. */
export function receiveError(sent: unknown): unknown {
  if (typeof sent !== 'object' || sent === null || !('isForUser' in sent)) return sent;
  const { error, message, isForUser } = sent as SentError;
  return isForUser ? new UserError(message, error === undefined ? {} : { cause: error }) : error;
}
