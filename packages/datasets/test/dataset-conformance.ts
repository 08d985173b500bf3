import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { completeOptions, createSeed, type DatasetDefinition, UserError } from '@gradalign/core';
import { datasetChecks } from '@gradalign/core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaceDataset } from '../src/faces/face-dataset.ts';
import { inspectDatasets } from '../src/inspect/inspect-datasets.ts';
import type { Fixture } from './fixtures/fixture.ts';

/** Opens a data set as the command does: options checked against the schema, defaults filled in. */
export async function openDataset(definition: DatasetDefinition, root: string, options: Readonly<Record<string, unknown>> = {}): Promise<FaceDataset> {
  const complete = completeOptions(definition, { root, ...options });
  return definition.create(complete as never, { seed: createSeed(0), domain: definition.name, folder: process.cwd() });
}

/** What every adapter must do with a complete miniature of its data set. */
export function datasetConformance(definition: DatasetDefinition, fixture: Fixture, title = `${definition.name}, any adapter`): void {
  describe(title, () => {
    let base: string;
    let root: string;
    let dataset: FaceDataset;
    const open = (where: string) => openDataset(definition, where, fixture.options);
    beforeAll(async () => {
      base = realpathSync(mkdtempSync(join(tmpdir(), 'Daten ü ')));
      root = join(base, 'root');
      mkdirSync(root);
      fixture.write(root);
      dataset = await open(root);
    });
    afterAll(() => rmSync(base, { recursive: true, force: true }));

    for (const check of datasetChecks(definition, { write: fixture.write, options: fixture.options ?? {}, listed: fixture.listed ?? true }))
      it(check.name, check.run);

    it('is the adapter that the fixture was written for, and says what it expects', () => {
      expect(definition).toMatchObject({ kind: 'dataset', name: fixture.use });
      expect(definition.layout ?? '').not.toBe('');
      expect(definition.summary).not.toContain('\n');
    });

    it('counts clips, species and subjects of the miniature exactly, with nothing left over', async () => {
      const { domains } = await inspectDatasets([{ domain: 'd', dataset }], { checkImages: false });
      expect(domains['d']).toMatchObject({ clips: fixture.clips, species: fixture.species, subjects: fixture.subjects });
      expect(dataset.notes).toMatchObject({ unmatched: [], missing: [], problems: [] });
      expect(dataset.notes?.polarity ?? '').not.toBe('');
    });

    it('gives attacks alone a species, of those that there are', () => {
      expect(dataset.classes).toEqual(['attack', 'live']);
      for (const { id, label, species } of dataset.samples) {
        expect(species === undefined, id).toBe(label === 1);
        if (species !== undefined) expect(species, id).toMatch(/^(print|replay|mask|cut-print|other)(\/[^/]+)*$/);
      }
    });

    it('gives ids in the order of code points', () => {
      const ids = dataset.samples.map(({ id }) => id);
      expect(ids).toEqual([...ids].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    });

    it('calls a whole video by its id', () => {
      for (const { id, video, image } of dataset.samples) if ('clip' in image) expect(video).toBe(id);
    });

    it('keeps its counts in one more folder and through a link to the root', async () => {
      const deeper = join(base, 'deeper');
      mkdirSync(deeper);
      fixture.write(join(deeper, 'unpacked ü'));
      expect((await open(deeper)).samples.map(({ id }) => id.slice('unpacked ü/'.length))).toEqual(dataset.samples.map(({ id }) => id));
      symlinkSync(root, join(base, 'link'));
      expect((await open(join(base, 'link'))).samples).toHaveLength(dataset.samples.length);
    });

    it('reads faces of every clip without a throw, where it has an annotation', async () => {
      for (const sample of dataset.faces ? dataset.samples : []) {
        const annotation = await dataset.faces?.(sample);
        expect(annotation?.problems, sample.id).toEqual([]);
        expect(annotation?.frames.size, sample.id).toBeGreaterThan(0);
      }
    });

    it('is plain JSON when it is inspected', async () => {
      const inspection = await inspectDatasets([{ domain: 'd', dataset }], { checkImages: false });
      expect(JSON.parse(JSON.stringify(inspection))).toEqual(inspection);
    });

    it('says of a root that is missing, empty or of something else what it expected', async () => {
      const empty = join(base, 'empty');
      const other = join(base, 'other');
      mkdirSync(empty);
      mkdirSync(join(other, 'holiday'), { recursive: true });
      symlinkSync(join(root, firstFile(root)), join(base, 'other', 'holiday', 'x.txt'));
      const [line = ''] = (definition.layout ?? '').split('\n');
      for (const [where, is] of [
        [join(base, 'nowhere'), `there is no folder ${join(base, 'nowhere')}`],
        [empty, `${empty} holds nothing`],
        [other, other],
      ] as const) {
        const error = await open(where).catch((thrown: Error) => thrown);
        expect(error).toBeInstanceOf(UserError);
        expect((error as Error).message).toContain(`Cannot read data set '${definition.name}': `);
        expect((error as Error).message).toContain(is);
        expect((error as Error).message).toContain(line);
      }
    });
  });
}

function firstFile(folder: string): string {
  const file = readdirSync(folder, { recursive: true, withFileTypes: true }).find((entry) => entry.isFile());
  return file ? join(file.parentPath, basename(file.name)).slice(folder.length) : '';
}
