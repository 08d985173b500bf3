import { splits } from '../../contracts/dataset.ts';
import { describeValue, PluginError, type PluginItem } from '../../contracts/plugin-error.ts';

/** Checks what an adapter found: classes by name, and samples of which each has its own id, a label among the classes, a split and an image. */
export function guardDataset(made: unknown, item: PluginItem): unknown {
  const refuse = (is: string, expected: string): never => {
    throw new PluginError(item, 'create()', is, expected);
  };
  if (typeof made !== 'object' || made === null) return refuse(`returns ${describeValue(made)}`, '{ classes, samples }');
  const { classes, samples } = made as { classes?: unknown; samples?: unknown };
  if (
    !Array.isArray(classes) ||
    classes.length < 2 ||
    !classes.every((name) => typeof name === 'string' && name !== '') ||
    new Set(classes).size < classes.length
  )
    return refuse(`returns classes as ${Array.isArray(classes) ? JSON.stringify(classes) : describeValue(classes)}`, "two or more names: ['attack', 'live']");
  if (!Array.isArray(samples)) return refuse(`returns samples as ${describeValue(samples)}`, 'a list of samples');
  const seen = new Map<string, number>();
  for (const [i, sample] of samples.entries()) {
    if (typeof sample !== 'object' || sample === null) return refuse(`returns sample ${i} as ${describeValue(sample)}`, '{ id, image, label, split }');
    const { id, label, split, image } = sample as Record<string, unknown>;
    if (typeof id !== 'string' || id === '') return refuse(`returns sample ${i} with the id ${describeValue(id)}`, 'text that is unique in the data set');
    const other = seen.get(id);
    if (other !== undefined) return refuse(`returns samples ${other} and ${i} with the same id '${id}'`, 'an id of its own for each sample');
    seen.set(id, i);
    if (!Number.isInteger(label) || (label as number) < 0 || (label as number) >= classes.length)
      return refuse(`returns sample '${id}' with the label ${describeValue(label)}`, `0 to ${classes.length - 1} (${classes.join(', ')})`);
    if (!splits.some((known) => known === split)) return refuse(`returns sample '${id}' with the split ${describeValue(split)}`, splits.join(', '));
    const why = imageFault(image);
    if (why !== undefined) return refuse(`returns sample '${id}' with ${why}`, '{ path }, { clip }, or { pixels, width, height, channels }');
    for (const key of ['species', 'subject', 'video', 'device', 'session']) {
      const value = (sample as Record<string, unknown>)[key];
      if (value !== undefined && typeof value !== 'string') return refuse(`returns sample '${id}' with the ${key} ${describeValue(value)}`, 'text, or none');
    }
  }
  return made;
}

function imageFault(image: unknown): string | undefined {
  if (typeof image !== 'object' || image === null) return `the image ${describeValue(image)}`;
  const { path, clip, pixels, width, height, channels } = image as Record<string, unknown>;
  if (typeof path === 'string' || typeof clip === 'string') return undefined;
  if (!ArrayBuffer.isView(pixels)) return 'an image without path, clip or pixels';
  const size = Number(width) * Number(height) * Number(channels);
  return pixels.byteLength === size ? undefined : `${pixels.byteLength} bytes of pixels for ${String(width)} x ${String(height)} x ${String(channels)}`;
}
