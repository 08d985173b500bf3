import type { Engine } from '@gradalign/engine';
import type { Catalogue } from '../configuration/catalogue.ts';
import { renderPath } from '../configuration/config-node.ts';
import { type ChangedSetting, changedSettings, type PortableSettings, portableSettings, settingsDigest } from '../configuration/portable-settings.ts';
import type { Experiment } from '../contracts/experiment.ts';
import { type DomainFingerprint, describeDataChange, fingerprintSamples } from '../data/fingerprint-samples.ts';
import type { Domains } from '../data/read-domains.ts';

/**
 * Which run this is: its experiment, and its data by content. Where data, plugins and the run's folder lie does not count. Plain JSON, part of
 * checkpoints and of `results.json`.
 */
export interface RunIdentity {
  /** SHA-256 of `settings` and of the data's fingerprints. */
  readonly digest: string;
  /** The experiment without paths: see `portableSettings`. */
  readonly settings: PortableSettings;
  /** Fingerprint and number of samples of each domain. */
  readonly data: Readonly<Record<string, { readonly fingerprint: string; readonly samples: number }>>;
  /** What it was computed with; not part of the digest. Absent before an engine is loaded. */
  readonly engine?: { readonly name: string; readonly version: string; readonly threads: number };
}

/** The fingerprints of all domains, by name. */
export type DataFingerprints = Readonly<Record<string, DomainFingerprint>>;

/** Fingerprints of the samples that an experiment takes from its domains, held-out ones included. */
export function fingerprintData({ classes, sources, targets }: Domains): DataFingerprints {
  return Object.fromEntries([
    ...sources.map(({ name, samples, heldOut }) => [name, fingerprintSamples([...samples, ...heldOut], classes)] as const),
    ...targets.map(({ name, samples }) => [name, fingerprintSamples(samples, classes)] as const),
  ]);
}

/** The identity of the run of an experiment on data with these fingerprints. */
export function identifyRun(experiment: Experiment, catalogue: Catalogue, fingerprints: DataFingerprints): RunIdentity {
  const settings = portableSettings(experiment, catalogue);
  const data = Object.fromEntries(Object.entries(fingerprints).map(([name, { fingerprint, samples }]) => [name, { fingerprint, samples }]));
  return { digest: settingsDigest({ settings, data }), settings, data };
}

/** What an engine is, as an identity has it. */
export function engineIdentity({ name, version, threads }: Engine): NonNullable<RunIdentity['engine']> {
  return { name, version, threads };
}

/** How an identity differs from a recorded one. */
export interface IdentityChanges {
  /** `train.epochs is 100 and was 50`. */
  readonly settings: readonly string[];
  /** `domain 'a': 3 samples more (...)`. */
  readonly data: readonly string[];
  /** Epochs before and now, where the run is longer now: no other setting counts as extending it. */
  readonly extended?: { readonly from: number; readonly to: number };
}

/** Compares the run that an experiment asks for with a recorded one. `was.listed` are the recorded fingerprints with their samples, where there are any. */
export function compareIdentities(
  was: { readonly identity: Pick<RunIdentity, 'settings'> & Partial<RunIdentity>; readonly listed?: DataFingerprints | undefined },
  is: { readonly identity: RunIdentity; readonly listed?: DataFingerprints | undefined },
  { experiment, catalogue }: { readonly experiment: Experiment; readonly catalogue: Catalogue },
): IdentityChanges {
  const changed = changedSettings(was.identity.settings, is.identity.settings, experiment, catalogue);
  const epochs = changed.find(({ path }) => path === epochsPath);
  const longer = typeof epochs?.was === 'number' && typeof epochs.is === 'number' && epochs.is > epochs.was;
  const settings = changed.filter((one) => !(longer && one === epochs)).map(describeSetting);
  const data = Object.entries(was.identity.data ?? {}).flatMap(([name, before]) => {
    const now = is.identity.data[name];
    if (!now || now.fingerprint === before.fingerprint) return [];
    const listed = was.listed?.[name];
    const matching = listed?.fingerprint === before.fingerprint ? listed : before;
    return [`domain '${name}' has ${describeDataChange(matching, is.listed?.[name] ?? now)}`];
  });
  return { settings, data, ...(longer ? { extended: { from: epochs.was as number, to: epochs.is as number } } : {}) };
}

/** `optimizer.base.learningRate is 0.02 and was 0.01`. */
export function describeSetting({ path, was, is }: ChangedSetting): string {
  return `${renderPath(JSON.parse(path) as string[])} is ${shown(is)} and was ${shown(was)}`;
}

const epochsPath = JSON.stringify(['train', 'epochs']);

function shown(value: unknown): string {
  return value === undefined ? 'not set' : JSON.stringify(value);
}
