import { expect, it } from 'vitest';
import { trackingServer } from './server-address.ts';

it('takes the address from the option before MLFLOW_TRACKING_URI, without a slash at its end', () => {
  expect(trackingServer(undefined, { MLFLOW_TRACKING_URI: 'http://a:5000/ml/' }).base).toBe('http://a:5000/ml');
  expect(trackingServer('https://b', { MLFLOW_TRACKING_URI: 'http://a:5000' }).base).toBe('https://b');
});

it('sends user and password as Basic, a token as Bearer, and nothing where there is neither', () => {
  const uri = { MLFLOW_TRACKING_URI: 'http://a' };
  expect(trackingServer(undefined, { ...uri, MLFLOW_TRACKING_USERNAME: 'ada', MLFLOW_TRACKING_PASSWORD: 'p:w' }).authorization).toBe(
    `Basic ${Buffer.from('ada:p:w').toString('base64')}`,
  );
  expect(trackingServer(undefined, { ...uri, MLFLOW_TRACKING_TOKEN: 't0ken' }).authorization).toBe('Bearer t0ken');
  expect(trackingServer(undefined, uri).authorization).toBeUndefined();
});

it('sends credentials to a server that an option names only where MLFLOW_TRACKING_URI names it too', () => {
  const token = { MLFLOW_TRACKING_TOKEN: 't0ken' };
  const foreign = trackingServer('https://collector.example', { ...token, MLFLOW_TRACKING_URI: 'https://mlflow.lab' });
  expect(foreign.authorization).toBeUndefined();
  expect(foreign.withheld).toBe(
    'the credentials in the environment are not sent to https://collector.example: set MLFLOW_TRACKING_URI to it if they are meant for it',
  );
  expect(trackingServer('https://collector.example', token).authorization).toBeUndefined();
  expect(trackingServer('http://mlflow.lab', { ...token, MLFLOW_TRACKING_URI: 'https://mlflow.lab' }).authorization).toBeUndefined();
  const own = trackingServer('https://mlflow.lab/team', { ...token, MLFLOW_TRACKING_URI: 'https://mlflow.lab' });
  expect([own.authorization, own.withheld]).toEqual(['Bearer t0ken', undefined]);
  expect(trackingServer('https://collector.example', {}).withheld).toBeUndefined();
});

it('takes credentials out of the address, and strikes them out of texts', () => {
  const server = trackingServer(undefined, { MLFLOW_TRACKING_URI: 'http://ada:s%40fe@a:5000' });
  expect(server.shown).toBe('http://a:5000');
  expect(server.authorization).toBe(`Basic ${Buffer.from('ada:s@fe').toString('base64')}`);
  expect(server.redact('no s@fe here')).toBe('no [redacted] here');
  expect(server.redact(`no ${Buffer.from('ada:s@fe').toString('base64')}`)).toBe('no [redacted]');
});

it('refuses credentials in the option, which a run records, and repeats none of them', () => {
  expect(() => trackingServer('http://ada:secret@a', {})).toThrow(/the option trackingUri holds credentials/);
  for (const [option, env] of [
    ['http://ada:secret@a', {}],
    [undefined, { MLFLOW_TRACKING_URI: 'http://ada:secret@a:99999' }],
  ] as const)
    expect(() => trackingServer(option, env)).toThrow(expect.not.objectContaining({ message: expect.stringContaining('secret') }));
});

it.each([
  ['no server is named', undefined],
  ['no server is named', ' '],
  ['MLFLOW_TRACKING_URI is no http or https address', 'sqlite:///mlflow.db'],
  ['MLFLOW_TRACKING_URI is no http or https address', 'databricks'],
  ['MLFLOW_TRACKING_URI is no http or https address', './mlruns'],
])('says "%s" of %j', (message, uri) => {
  expect(() => trackingServer(undefined, { MLFLOW_TRACKING_URI: uri })).toThrow(`Cannot log to MLflow: ${message}, expected the address of a server`);
});
