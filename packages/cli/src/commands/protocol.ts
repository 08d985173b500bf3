import type { ProtocolDefinition } from '@gradalign/core';
import type { Command } from 'commander';
import { bundledPlugins, type ExperimentOptions, withExperimentOptions, withOutputOptions } from '../experiment-options.ts';
import { firstParty } from '../first-party.ts';
import type { CommandContext } from '../main.ts';
import { renderProtocolList, renderProtocolStory, type ToldProtocol } from '../render-protocols.ts';

interface PluginOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly plugin: readonly string[];
}

export function addProtocolCommands({ program, run }: CommandContext): void {
  const protocol = program
    .command('protocol')
    .description('which domains are trained on and which are tested on, and with how many clips')
    .addHelpText('after', '\nExample: gradalign protocol count experiment.yaml --set data.protocol=oci-to-m');
  addList(protocol, run);
  addShow(protocol, run);
  addCount(protocol, run);
}

function addList(protocol: Command, run: CommandContext['run']): void {
  withPlugins(protocol.command('list'))
    .description('every protocol with its sources and its target')
    .addHelpText('after', '\nExample: gradalign protocol list')
    .action((options: PluginOptions) =>
      run(async (terminal) => {
        const all = await protocols(options);
        terminal.print(renderProtocolList(all));
        terminal.printJson(all);
        return 0;
      }, options),
    );
}

function addShow(protocol: Command, run: CommandContext['run']): void {
  withPlugins(protocol.command('show'))
    .description('what a protocol is, what published work does with it, and what to hold against that')
    .argument('<name>', 'of a protocol')
    .addHelpText('after', '\nExample: gradalign protocol show oci-to-m')
    .action((name: string, options: PluginOptions) =>
      run(async (terminal) => {
        const { suggestion, UserError } = await import('@gradalign/core');
        const all = await protocols(options);
        const found = all.find((one) => one.name === name || one.aliases?.includes(name));
        if (!found) {
          const known = all.map((one) => one.name);
          throw new UserError(`Cannot show protocol '${name}': no plugin offers it, expected one of ${known.join(', ')}${suggestion(name, known)}`, {
            exitCode: 2,
          });
        }
        terminal.print(renderProtocolStory(found));
        terminal.printJson(found);
        return 0;
      }, options),
    );
}

function addCount(protocol: Command, run: CommandContext['run']): void {
  withExperimentOptions(protocol.command('count'))
    .description('count what an experiment trains on, holds out and tests on; exit code 1 where the parts are not disjoint')
    .argument('<experiment>', 'the YAML file')
    .addHelpText(
      'after',
      '\nExamples:\n  gradalign protocol count experiment.yaml\n  gradalign protocol count experiment.yaml --set data.protocol=ocm-to-i --json',
    )
    .action((file: string, options: ExperimentOptions) =>
      run(async (terminal) => {
        const { createSeed, loadDomains, loadExperiment, recordProtocol, renderProtocol } = await import('@gradalign/core');
        const { experiment, catalogue, warnings } = await loadExperiment(file, { set: options.set, env: process.env, resolveFrom: [bundledPlugins] });
        for (const warning of warnings) terminal.warn(warning);
        const domains = await loadDomains(experiment, catalogue, createSeed(experiment.seed), terminal, { wholeVideos: true });
        const record = recordProtocol(experiment, domains);
        terminal.print(renderProtocol(record));
        terminal.printJson(record);
        return record.checks.heldOutDisjoint && record.checks.targetsDisjoint ? 0 : 1;
      }, options),
    );
}

function withPlugins(command: Command): Command {
  return withOutputOptions(command).option(
    '--plugin <specifier>',
    'a plugin besides the bundled ones; may be repeated',
    (value: string, all: readonly string[]) => [...all, value],
    [] as readonly string[],
  );
}

async function protocols({ plugin }: PluginOptions): Promise<ToldProtocol[]> {
  const { completeOptions, describeCatalogue, loadCatalogue } = await import('@gradalign/core');
  const catalogue = await loadCatalogue([...firstParty, ...plugin], { resolveFrom: [bundledPlugins] });
  const described = describeCatalogue(catalogue);
  return catalogue.items('protocol').map(({ item }) => {
    const definition = item as unknown as ProtocolDefinition;
    const { name, summary, paper, aliases = [], alsoCalled = {}, practice, criticism } = definition;
    const options = described.find((one) => one.kind === 'protocol' && one.name === name)?.options ?? [];
    const protocol = definition.create(completeOptions(item) as never);
    return { name, summary, ...(paper === undefined ? {} : { paper }), ...protocol, aliases, alsoCalled, practice, criticism, options };
  });
}
