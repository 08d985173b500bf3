import { createHash } from 'node:crypto';
import { closeSync, createReadStream, fsyncSync, openSync, type ReadStream, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

export interface ManifestFile {
  /** Relative to the manifest's folder, with slashes. */
  readonly name: string;
  /** bytes */
  readonly size: number;
  readonly sha256: string;
}

/** Lists what an installation put into a folder. It is written last: a folder with a manifest is complete. */
export interface FileManifest {
  /** When, in ISO 8601. */
  readonly made: string;
  readonly files: readonly ManifestFile[];
}

const manifestName = 'manifest.json';

export function writeManifest(folder: string, files: readonly ManifestFile[]): void {
  const manifest: FileManifest = { made: new Date().toISOString(), files };
  const descriptor = openSync(join(folder, manifestName), 'wx');
  writeFileSync(descriptor, `${JSON.stringify(manifest, undefined, 1)}\n`);
  fsyncSync(descriptor);
  closeSync(descriptor);
}

/** Undefined if it is missing or unreadable. */
export function readManifest(folder: string): FileManifest | undefined {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, manifestName), 'utf8')) as Partial<FileManifest>;
    return Array.isArray(manifest.files) && manifest.files.every(isEntry) ? (manifest as FileManifest) : undefined;
  } catch {
    return undefined;
  }
}

function isEntry(entry: Partial<ManifestFile> | null): boolean {
  return typeof entry?.name === 'string' && typeof entry.size === 'number' && typeof entry.sha256 === 'string';
}

/** Describes the first file that is missing or has the wrong size, in a fraction of a millisecond. */
export function sizeProblem(folder: string, manifest: FileManifest): string | undefined {
  for (const { name, size } of manifest.files) {
    const found = statSync(join(folder, name), { throwIfNoEntry: false })?.size;
    if (found === undefined) return `${name} is missing`;
    if (found !== size) return `${name} has ${found} bytes instead of ${size}`;
  }
  return undefined;
}

/** Names of the files whose content differs from what was installed. Reads every byte. */
export async function damagedFiles(folder: string, files: readonly ManifestFile[], signal?: AbortSignal, onBytes?: (count: number) => void): Promise<string[]> {
  const damaged: string[] = [];
  for (const { name, sha256 } of files) {
    const found = await sha256OfFile(join(folder, name), signal, onBytes).catch(() => undefined);
    signal?.throwIfAborted();
    if (found !== sha256) damaged.push(name);
  }
  return damaged;
}

/** SHA-256 in lower-case hexadecimal. `onBytes` receives the size of each chunk read. */
export async function sha256OfFile(file: string, signal?: AbortSignal, onBytes?: (count: number) => void): Promise<string> {
  return await sha256Of(createReadStream(file, { highWaterMark: 1 << 20 }), signal, onBytes);
}

/** The same of what a stream reads. */
export async function sha256Of(source: ReadStream, signal?: AbortSignal, onBytes?: (count: number) => void): Promise<string> {
  const digest = createHash('sha256');
  if (onBytes !== undefined) source.on('data', (chunk) => onBytes(chunk.length));
  await pipeline(source, digest, signal === undefined ? {} : { signal });
  return digest.digest('hex');
}
