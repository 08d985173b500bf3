import { cannot, UserError } from '@gradalign/core';

/** Where a tracking server is, and how to prove who asks. */
export interface TrackingServer {
  /** Of the REST API, without credentials and without a slash at its end. */
  readonly base: string;
  /** As messages name it. */
  readonly shown: string;
  /** The `Authorization` header; absent where no credentials are given, or they are withheld. */
  readonly authorization?: string;
  /** Set where credentials are there and are not sent: an experiment or a run's folder names the server, and `MLFLOW_TRACKING_URI` does not name it too. */
  readonly withheld?: string;
  /** A text with every credential of at least 4 characters in it struck out: shorter ones are in every other word. */
  redact(text: string): string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The server that an option or `MLFLOW_TRACKING_URI` names, with the credentials of `MLFLOW_TRACKING_TOKEN`, or of `MLFLOW_TRACKING_USERNAME` and
 * `MLFLOW_TRACKING_PASSWORD`, as MLflow's own clients read them. An experiment or a run may come from somebody else: a server that it names gets the
 * credentials only where it is also the one in `MLFLOW_TRACKING_URI`.
 *
 * @param option Becomes part of the run's record: it may hold no credentials.
 * @throws UserError, exit code 2, where no server is named, or by something other than an http address.
 */
export function trackingServer(option: string | undefined, env: Environment): TrackingServer {
  const written = option ?? env['MLFLOW_TRACKING_URI'];
  const what = 'log to MLflow';
  const expected = 'the address of a server: MLFLOW_TRACKING_URI=http://localhost:5000, or the option trackingUri';
  if (written === undefined || written.trim() === '') throw cannot(what, 'no server is named', expected, { exitCode: 2 });
  const url = URL.canParse(written.trim()) ? new URL(written.trim()) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol))
    // An address that cannot be read may hold a password in any place.
    throw cannot(what, `${option === undefined ? 'MLFLOW_TRACKING_URI' : 'trackingUri'} is no http or https address`, expected, { exitCode: 2 });
  if (option !== undefined && (url.username !== '' || url.password !== ''))
    throw new UserError(
      `Cannot ${what}: the option trackingUri holds credentials, which would be recorded with the run, expected MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN`,
      { exitCode: 2 },
    );
  const { authorization, secrets } = credentials(url, env);
  const base = `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
  const known = option === undefined || originOf(env['MLFLOW_TRACKING_URI']) === url.origin;
  return {
    base,
    shown: base,
    ...(authorization === undefined
      ? {}
      : known
        ? { authorization }
        : { withheld: `the credentials in the environment are not sent to ${url.origin}: set MLFLOW_TRACKING_URI to it if they are meant for it` }),
    redact: (text) => secrets.reduce((redacted, secret) => redacted.replaceAll(secret, '[redacted]'), text),
  };
}

function credentials(url: URL, env: Environment): { readonly authorization?: string; readonly secrets: readonly string[] } {
  const username = env['MLFLOW_TRACKING_USERNAME'] ?? decoded(url.username);
  const password = env['MLFLOW_TRACKING_PASSWORD'] ?? decoded(url.password);
  const token = env['MLFLOW_TRACKING_TOKEN'] ?? '';
  const basic = Buffer.from(`${username}:${password}`).toString('base64');
  const secrets = [token, password, username !== '' || password !== '' ? basic : ''].filter((secret) => secret.length >= 4);
  if (username !== '' || password !== '') return { authorization: `Basic ${basic}`, secrets };
  return token === '' ? { secrets } : { authorization: `Bearer ${token}`, secrets };
}

function originOf(address: string | undefined): string | undefined {
  return address !== undefined && URL.canParse(address.trim()) ? new URL(address.trim()).origin : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
