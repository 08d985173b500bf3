import { Option } from 'commander';

/** An option that can be given several times; its value is the list of all. `none` is what help says of giving none: `every target`. */
export function repeatable(flags: string, description: string, none?: string): Option {
  return new Option(flags, `${description}; can be repeated`)
    .default([] as readonly string[], none)
    .argParser((value: string, all: readonly string[]) => [...all, value]);
}
