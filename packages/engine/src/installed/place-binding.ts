import { mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bindingFiles, bindingFolderName } from './binding.ts';
import { readManifest, sha256OfFile, sizeProblem, writeManifest } from './file-manifest.ts';

/**
 * Adds the binding `id` to an engine: `fill` writes it into a staging folder, which is renamed when it is complete. Safe
 * while another process does the same.
 */
export async function placeBinding(dir: string, id: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const binding = join(dir, bindingFolderName(id));
  const staging = mkdtempSync(join(dir, '.staging-'));
  try {
    await fill(staging);
    const files = await Promise.all(
      bindingFiles.map(async (name) => ({ name, size: statSync(join(staging, name)).size, sha256: await sha256OfFile(join(staging, name)) })),
    );
    writeManifest(staging, files);
    if (!isComplete(binding)) {
      rmSync(binding, { recursive: true, force: true });
      renameSync(staging, binding);
    }
  } catch (error) {
    if (!isComplete(binding)) throw error; // complete if another process was faster
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  return binding;
}

function isComplete(binding: string): boolean {
  const manifest = readManifest(binding);
  return manifest !== undefined && sizeProblem(binding, manifest) === undefined;
}
