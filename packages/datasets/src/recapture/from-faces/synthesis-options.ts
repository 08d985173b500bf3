import { completeOptions, defineAugmentation, optionsFromTexts, type Split, splits, suggestion, UserError } from '@gradalign/core';
import { type Static, Type } from '@sinclair/typebox';
import { bytesPerPixelOption } from '../options/camera-options.ts';
import { rangeSchema } from '../options/described-range.ts';
import { rangeProperties } from '../options/recapture-ranges.ts';
import { sideAndQuality } from '../options/side-and-quality.ts';

const own = {
  domain: Type.Optional(Type.String({ minLength: 1, description: 'Folder of the domain, as image-folder has it' })),
  subject: Type.Optional(Type.String({ description: "Regular expression whose one group is the subject in a video's name, as image-folder has it" })),
  split: Type.Unsafe<Split>({ type: 'string', enum: [...splits], default: 'train', description: 'Split of images in a folder without splits' }),
  side: sideAndQuality.side,
  bytesPerPixel: rangeSchema(bytesPerPixelOption),
};
const schema = Type.Object({ ...own, ...rangeProperties }, { additionalProperties: false });

export type SynthesisOptions = Static<ReturnType<typeof Type.Object<typeof own>>> & Readonly<Record<string, unknown>>;

/** The options of `--set`, checked, with defaults. */
export function completeSynthesisOptions(set: Readonly<Record<string, unknown>>): SynthesisOptions {
  const names = Object.keys(schema.properties);
  const unknown = Object.keys(set).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const expected = suggestion(unknown, names) || `, expected one of ${names.join(', ')}`;
    throw new UserError(`Cannot synthesize: there is no option '${unknown}'${expected}`, { exitCode: 2 });
  }
  return completeOptions(item, set) as SynthesisOptions;
}

/**
 * The options that texts of the form `option=value` set, as `--set` has them: text stays text unless the option is a number.
 *
 * @throws ConfigurationError where a text sets nothing
 */
export function synthesisOptionsFromTexts(texts: readonly string[]): Readonly<Record<string, unknown>> {
  return optionsFromTexts(item, texts);
}

/** For the checks of options, which ask for an item. */
const item = defineAugmentation({ name: 'recapture', summary: '', options: schema, create: () => ({}) });
