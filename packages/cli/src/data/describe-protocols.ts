import type { DescribedOption, Protocol, ProtocolDefinition } from '@gradalign/core';
import { loadBundled } from '../options/bundled-plugins.ts';

/** A protocol with its default options, as `gradalign protocol` shows it. Plain JSON. */
export interface DescribedProtocol extends Protocol {
  readonly name: string;
  readonly summary: string;
  readonly paper?: string;
  readonly aliases: readonly string[];
  /** Other names that `data.domains` may use for its domains. */
  readonly alsoCalled: Readonly<Record<string, readonly string[]>>;
  /** What published work does with it. */
  readonly practice: string;
  /** What is wrong with that. */
  readonly criticism: string;
  readonly options: readonly DescribedOption[];
}

/** All protocols of the bundled plugins and of those that `plugins` names. */
export async function describeProtocols(plugins: readonly string[]): Promise<DescribedProtocol[]> {
  const { completeOptions, describeCatalogue } = await import('@gradalign/core');
  const catalogue = await loadBundled(plugins);
  const described = describeCatalogue(catalogue);
  return catalogue.items('protocol').map(({ item }) => {
    const definition = item as unknown as ProtocolDefinition;
    const { name, summary, paper, aliases = [], alsoCalled = {}, practice, criticism } = definition;
    const options = described.find((one) => one.kind === 'protocol' && one.name === name)?.options ?? [];
    const protocol = definition.create(completeOptions(item) as never);
    return { name, summary, ...(paper === undefined ? {} : { paper }), ...protocol, aliases, alsoCalled, practice, criticism, options };
  });
}
