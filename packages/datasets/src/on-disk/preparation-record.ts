import { join } from 'node:path';
import { readBounded } from '@gradalign/core';

const mostBytes = 2 ** 26;

/** `preparation.json` of a prepared folder, as far as it is read here. */
interface PreparedFolder {
  readonly domains?: Readonly<Record<string, { readonly settings?: Readonly<Record<string, unknown>> } | undefined>>;
}

/**
 * How `gradalign data prepare` made the crops of a domain: the settings in `preparation.json` of the prepared folder. Undefined where the folder has no
 * such file, or none that can be read: pictures that came from elsewhere are no mistake.
 */
export async function preparationRecord(folder: string, domain: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const { domains = {} } = JSON.parse(readBounded(join(folder, 'preparation.json'), mostBytes).toString()) as PreparedFolder;
    return Object.hasOwn(domains, domain) ? domains[domain]?.settings : undefined;
  } catch {
    return undefined;
  }
}
