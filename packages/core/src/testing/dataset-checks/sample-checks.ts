import type { Dataset } from '../../contracts/dataset.ts';
import { splits } from '../../contracts/dataset.ts';
import { describesItself, refusesInvalidOptions } from '../optimizer-checks/declaration-checks.ts';
import { expectThat } from '../take-step.ts';
import { type DatasetCheck, type DatasetSetting, describedSamples, told } from './setting.ts';

/** What a data set is called, and what its samples say. */
export function datasetSampleChecks(setting: DatasetSetting): DatasetCheck[] {
  const over = (check: (dataset: Dataset, setting: DatasetSetting) => void) => async () => check(await setting.read(), setting);
  return [
    { name: 'has a kebab-case name and a summary of one line', run: async () => describesItself({ definition: setting.definition as never }) },
    { name: 'refuses every option that its schema does not allow', run: () => refusesOptions(setting) },
    { name: 'gives classes, and each sample a label among them, a split, and texts or nothing', run: over(describesSamples) },
    { name: 'gives unique ids that are the same on every machine: relative, with /, in NFC', run: over(namesSamples) },
    { name: 'finds as many samples of each split and class as there are', run: over(countsSamples) },
    { name: 'gives the same samples in the same order when it is read again', run: () => repeats(setting) },
  ];
}

async function refusesOptions(setting: DatasetSetting): Promise<void> {
  const { definition } = setting;
  // Required options besides the root have no default.
  const { required = [] } = definition.options as { required?: readonly string[] };
  if (required.every((name) => (definition.options as { properties?: Record<string, { default?: unknown }> }).properties?.[name]?.default !== undefined))
    refusesInvalidOptions({ definition: definition as never });
}

function describesSamples({ classes, samples }: Dataset): void {
  expectThat(new Set(classes).size === classes.length && classes.length > 1, `its classes are ${JSON.stringify(classes)}, expected two or more names`);
  expectThat(samples.length > 0, 'it finds no sample, expected those that were written');
  const faces = classes.length === 2 && classes[1] === 'live';
  for (const { id, label, split, species, subject, video, device, session, frame } of samples) {
    expectThat(Number.isInteger(label) && label >= 0 && label < classes.length, `sample '${id}' has the label ${label}, expected 0 to ${classes.length - 1}`);
    expectThat(splits.includes(split), `sample '${id}' has the split '${split}', expected one of ${splits.join(', ')}`);
    for (const [key, value] of Object.entries({ species, subject, video, device, session }))
      expectThat(
        value === undefined || (typeof value === 'string' && value !== ''),
        `sample '${id}' has the ${key} ${JSON.stringify(value)}, expected text or nothing`,
      );
    expectThat(frame === undefined || (Number.isInteger(frame) && frame >= 0), `sample '${id}' has the frame ${frame}, expected a whole number`);
    expectThat(!faces || label === 0 || species === undefined, `sample '${id}' is ${classes[1]} with the species '${species}', expected one for attacks alone`);
  }
}

function namesSamples({ samples }: Dataset): void {
  const seen = new Set<string>();
  for (const { id } of samples) {
    expectThat(!seen.has(id), `two samples have the id '${id}', expected one of its own for each`);
    seen.add(id);
    expectThat(id === id.normalize('NFC'), `the id '${id}' is not in NFC: another system writes it with other bytes`);
    expectThat(!/^\/|^[A-Za-z]:|\\|(^|\/)\.{1,2}(\/|$)/.test(id) && id !== '', `the id '${id}' is no path relative to the root with /`);
  }
}

function countsSamples({ classes, samples }: Dataset, { samples: expected }: DatasetSetting): void {
  if (!expected) return;
  const found: Record<string, Record<string, number>> = {};
  for (const { split, label } of samples) {
    const name = classes[label] as string;
    found[split] = { ...found[split], [name]: (found[split]?.[name] ?? 0) + 1 };
  }
  const text = (of: Readonly<Record<string, Readonly<Record<string, number>>>>) =>
    splits.flatMap((split) => classes.map((name) => `${split} ${name} ${of[split]?.[name] ?? 0}`)).join(', ');
  expectThat(text(found) === text(expected), `it finds ${text(found)}, expected ${text(expected)}`);
}

function repeats(setting: DatasetSetting): Promise<void> {
  return setting.inFolder(async (root) => {
    const [once, again] = [await setting.open(root), await setting.open(root)];
    const [first, second] = [describedSamples(once), describedSamples(again)];
    const at = first.findIndex((sample, i) => sample !== second[i]);
    expectThat(at === -1 && first.length === second.length, `read again, it gives ${second[at] ?? 'no sample'} where it gave ${first[at] ?? 'none'}`);
    expectThat(told(once) === told(again), `read again, it notes ${told(again)} where it noted ${told(once)}`);
  });
}
