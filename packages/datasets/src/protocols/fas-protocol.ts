import { defineProtocol, type ProtocolDefinition, type Split } from '@gradalign/core';
import { Type } from '@sinclair/typebox';

/** The domains of a family of protocols, by their letter in protocol names. */
export type Letters = Readonly<Record<string, Letter>>;

export interface Letter {
  readonly domain: string;
  readonly title: string;
  readonly alsoCalled: readonly string[];
  /** Clips of each split as the data set's authors publish it: live, attacks. */
  readonly official?: Readonly<Partial<Record<Split, readonly [live: number, attack: number]>>>;
}

export interface Family {
  readonly letters: Letters;
  readonly paper: string;
  readonly practice: string;
  readonly criticism: string;
}

/** Which clips: the option `clips`. */
const clipChoices = {
  'train-test': { source: ['train'], target: ['test'] },
  'train-dev': { source: ['train'], target: ['dev'] },
  'without-dev': { source: ['train', 'test'], target: ['train', 'test'] },
  'all-clips': { source: ['train', 'dev', 'test'], target: ['train', 'dev', 'test'] },
  all: { source: ['train', 'dev', 'test'], target: ['train', 'dev', 'test'] },
} as const satisfies Record<string, { source: readonly Split[]; target: readonly Split[] }>;

const options = Type.Object(
  {
    clips: Type.Unsafe<keyof typeof clipChoices>({
      type: 'string',
      enum: Object.keys(clipChoices),
      default: 'train-test',
      description:
        'train-test: the train split of the sources, the test split of the target; train-dev: the development split of the target instead; without-dev: everything but the development splits, of both; all-clips (or all): every clip of both',
    }),
    holdOut: Type.Number({
      minimum: 0,
      maximum: 0.9,
      default: 0.1,
      description: 'Share of the source subjects held out for thresholds and checkpoint selection',
    }),
  },
  { additionalProperties: false },
);

/** `oci` and `m` give protocol `oci-to-m`; the sources' letters may be in any order. */
export function fasProtocol({ letters, paper, practice, criticism }: Family, sources: string, target: string): ProtocolDefinition<typeof options> {
  const of = (letter: string) => {
    const found = letters[letter];
    if (!found) throw new Error(`there is no letter '${letter}' in this family`);
    return found;
  };
  const domains = [...sources].map(of);
  const name = `${sources}-to-${target}`;
  return defineProtocol({
    name,
    summary: `${domains.map(({ title }) => title).join(', ')} to ${of(target).title}`,
    paper,
    aliases: orders(sources)
      .map((order) => `${order}-to-${target}`)
      .filter((order) => order !== name),
    alsoCalled: Object.fromEntries([...domains, of(target)].map(({ domain, alsoCalled }) => [domain, alsoCalled])),
    practice: [practice, officialCounts(domains, of(target))].filter((text) => text !== '').join(' '),
    criticism,
    options,
    create: ({ clips, holdOut }) => ({
      sources: domains.map(({ domain }) => domain),
      targets: [of(target).domain],
      splits: clipChoices[clips],
      holdOut,
    }),
  });
}

/** What each choice of clips comes to, in sentences; empty where the counts are not known. Before subjects are held out. */
function officialCounts(sources: readonly Letter[], target: Letter): string {
  if ([...sources, target].some(({ official }) => official === undefined)) return '';
  const total = (letters: readonly Letter[], splits: readonly Split[]) =>
    [0, 1].map((label) => letters.reduce((sum, { official }) => sum + splits.reduce((own, split) => own + (official?.[split]?.[label] ?? 0), 0), 0));
  const number = (count: number) => count.toLocaleString('en-US');
  const written = ([live = 0, attack = 0]: readonly number[]) => `${number(live + attack)} clips (${number(live)} live)`;
  const told = (['train-test', 'without-dev', 'all-clips'] as const).map((choice) => {
    const { source, target: tested } = clipChoices[choice];
    return `${choice} trains on ${written(total(sources, source))} and tests on ${written(total([target], tested))}`;
  });
  return `By the official counts, ${told.join('; ')}.`;
}

function orders(letters: string): string[] {
  return letters.length < 2 ? [letters] : [...letters].flatMap((first, i) => orders(letters.slice(0, i) + letters.slice(i + 1)).map((rest) => first + rest));
}
