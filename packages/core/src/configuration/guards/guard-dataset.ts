import { leftOutKinds, splits } from '../../contracts/dataset.ts';
import { describeValue, PluginError, type PluginItem } from '../../contracts/plugin-error.ts';
import { whyNotJson } from './check-value.ts';

/** Checks what an adapter found: classes by name, samples of which each has its own id, a label among the classes, a split and an image, and what it notes. */
export function guardDataset(made: unknown, item: PluginItem): unknown {
  const refuse = (is: string, expected: string): never => {
    throw new PluginError(item, 'create()', is, expected);
  };
  if (typeof made !== 'object' || made === null) return refuse(`returns ${describeValue(made)}`, '{ classes, samples }');
  const { classes, samples, preparation, notes } = made as Record<'classes' | 'samples' | 'preparation' | 'notes', unknown>;
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
    const { frame } = sample as { frame?: unknown };
    if (frame !== undefined && !(Number.isInteger(frame) && (frame as number) >= 0))
      return refuse(`returns sample '${id}' with the frame ${describeValue(frame)}`, 'a whole number >= 0, or none');
  }
  const lost = preparation === undefined ? undefined : whyNotJson(preparation);
  if (lost !== undefined) return refuse(`returns preparation${lost}`, 'plain JSON, or none');
  const odd = notes === undefined ? undefined : notesFault(notes);
  if (odd !== undefined) return refuse(`returns notes${odd}`, '{ leftOut?: { kind, what, why }[], advice?, unmatched?, missing?, problems?: text[] }');
  return made;
}

function notesFault(notes: unknown): string | undefined {
  if (typeof notes !== 'object' || notes === null) return ` as ${describeValue(notes)}`;
  const { leftOut = [], ...others } = notes as Record<string, unknown>;
  for (const name of ['advice', 'unmatched', 'missing', 'problems']) {
    const lines = others[name] ?? [];
    if (!Array.isArray(lines) || lines.some((line) => typeof line !== 'string')) return `.${name} as ${describeValue(lines)}`;
  }
  if (!Array.isArray(leftOut)) return `.leftOut as ${describeValue(leftOut)}`;
  for (const [i, one] of leftOut.entries()) {
    const { kind, what, why } = (one ?? {}) as Record<string, unknown>;
    if (!leftOutKinds.some((known) => known === kind)) return `.leftOut[${i}].kind as ${describeValue(kind)} (known are ${leftOutKinds.join(', ')})`;
    if (typeof what !== 'string' || typeof why !== 'string') return `.leftOut[${i}] without what and why`;
  }
  return undefined;
}

function imageFault(image: unknown): string | undefined {
  if (typeof image !== 'object' || image === null) return `the image ${describeValue(image)}`;
  const { path, clip, pixels, width, height, channels } = image as Record<string, unknown>;
  if (typeof path === 'string' || typeof clip === 'string') return undefined;
  if (!ArrayBuffer.isView(pixels)) return 'an image without path, clip or pixels';
  if (!(pixels instanceof Uint8Array || pixels instanceof Uint8ClampedArray)) return `pixels of ${pixels.constructor.name}, not bytes`;
  const size = Number(width) * Number(height) * Number(channels);
  return pixels.byteLength === size ? undefined : `${pixels.byteLength} bytes of pixels for ${String(width)} x ${String(height)} x ${String(channels)}`;
}
