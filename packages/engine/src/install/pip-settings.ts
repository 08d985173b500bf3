import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The pip settings that say where packages come from. */
export interface PipSettings {
  /** Package indexes, in the order to ask them; empty if none is configured or `no-index` is set. */
  readonly indexUrls: readonly string[];
  /** Folders and pages with links to wheels. */
  readonly findLinks: readonly string[];
  /** File with additional certificate authorities. */
  readonly cert?: string;
}

/**
 * Reads pip's settings without pip: environment variables first, then the user's file, then the machine's. There is no
 * default index: only hosts that the user has configured are contacted.
 */
export function readPipSettings(env: NodeJS.ProcessEnv = process.env, files: readonly string[] = settingsFiles(env)): PipSettings {
  const contents = files.flatMap((file) => {
    const text = readOrUndefined(file);
    return text === undefined ? [] : [parsePipConfiguration(text)];
  });
  const setting = (name: string): string[] => {
    const fromEnvironment = env[`PIP_${name.toUpperCase().replaceAll('-', '_')}`];
    const value = fromEnvironment || contents.map((content) => content.get(name)).find((found) => found !== undefined);
    return value?.split(/\s+/).filter((word) => word !== '') ?? [];
  };
  const withoutIndex = /^(1|y|yes|true|t|on)$/i.test(setting('no-index')[0] ?? '');
  const cert = setting('cert')[0] ?? env['SSL_CERT_FILE'] ?? env['REQUESTS_CA_BUNDLE'];
  return {
    indexUrls: withoutIndex ? [] : [...setting('index-url').slice(0, 1), ...setting('extra-index-url')],
    findLinks: setting('find-links'),
    ...(cert && { cert }),
  };
}

/**
 * Keys and values of pip.conf's sections `[global]`, `[download]` and `[install]`, parsed as Python's configparser does:
 * `key = value` or `key: value`, `#` and `;` comments, values that continue in indented lines. The more specific section
 * wins.
 */
export function parsePipConfiguration(text: string): Map<string, string> {
  const sections = new Map<string, Map<string, string>>();
  let section = new Map<string, string>();
  let key: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*([#;].*)?$/.test(line)) continue;
    const header = /^\[(.+?)\]/.exec(line)?.[1];
    const entry = /^([^\s=:][^=:]*?)\s*[=:]\s*(.*?)\s*$/.exec(line);
    if (header !== undefined) {
      section = sections.get(header) ?? new Map();
      sections.set(header, section);
      key = undefined;
    } else if (/^\s/.test(line) && key !== undefined) {
      section.set(key, `${section.get(key) ?? ''} ${line.trim()}`.trim());
    } else if (entry?.[1] !== undefined) {
      key = entry[1].toLowerCase().replaceAll('_', '-');
      section.set(key, entry[2] ?? '');
    }
  }
  return new Map(['global', 'install', 'download'].flatMap((name) => [...(sections.get(name) ?? [])]));
}

/** The files that pip reads, most specific first. PIP_CONFIG_FILE comes before all others; /dev/null there disables them. */
function settingsFiles(env: NodeJS.ProcessEnv): string[] {
  const named = env['PIP_CONFIG_FILE'];
  if (named === '/dev/null') return [];
  const home = homedir();
  const mac = process.platform === 'darwin' ? [join(home, 'Library', 'Application Support', 'pip', 'pip.conf')] : [];
  const virtual = env['VIRTUAL_ENV'] ? [join(env['VIRTUAL_ENV'], 'pip.conf')] : [];
  const user = [...mac, join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'pip', 'pip.conf'), join(home, '.pip', 'pip.conf')];
  return [...(named ? [named] : []), ...virtual, ...user, '/etc/pip.conf', '/etc/xdg/pip/pip.conf'];
}

function readOrUndefined(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
