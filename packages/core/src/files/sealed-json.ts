import { createHash } from 'node:crypto';

/** Adds `sha256`: the digest of the other keys as compact JSON. Damage to any value is found when the object is opened. */
export function seal<T extends object>(content: T): T & { readonly sha256: string } {
  return { ...content, sha256: digest(content) };
}

/**
 * The content of a sealed object, or undefined if its digest is not the one of its content. An object that was never sealed is returned as it is: files
 * of older versions have no digest.
 */
export function openSealed<T extends object>(sealed: T): Omit<T, 'sha256'> | undefined {
  if (!Object.hasOwn(sealed, 'sha256')) return sealed;
  const { sha256, ...content } = sealed as T & { readonly sha256: unknown };
  return sha256 === digest(content) ? (content as Omit<T, 'sha256'>) : undefined;
}

/** Text is compared after one round through JSON, where undefined and -0 become what a reader will find. */
function digest(content: object): string {
  return createHash('sha256')
    .update(JSON.stringify(JSON.parse(JSON.stringify(content))))
    .digest('hex');
}
