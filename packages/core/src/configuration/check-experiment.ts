import type { Augmentation } from '../contracts/augmentation.ts';
import type { Problem } from '../contracts/errors.ts';
import type { Experiment } from '../contracts/experiment.ts';
import type { LossDefinition } from '../contracts/loss.ts';
import type { ModelDefinition } from '../contracts/model.ts';
import { type NothingBeyond, nothingBeyond } from '../images/seen-beyond.ts';
import type { Catalogue } from './catalogue.ts';
import { checkItems } from './check-items.ts';
import { type ConfigNode, nodeAt, problemAt } from './config-node.ts';
import { createItem } from './create-item.ts';

/** What no schema can say: values that do not go together. `isRun`: the experiment is that of a run, which has every default written out. */
export function checkExperiment(
  experiment: Experiment,
  root: ConfigNode,
  catalogue: Catalogue,
  { isRun = false }: { readonly isRun?: boolean } = {},
): { readonly problems: readonly Problem[]; readonly warnings: readonly string[] } {
  const { data, train, optimizer, losses } = experiment;
  const problems: Problem[] = [];
  const note = (path: readonly string[], message: string) => {
    const { node, key } = nodeAt(root, path);
    problems.push(problemAt(key ?? node.at, path, message));
  };
  const { mean, std } = data.image;
  const scaled = (values: readonly number[]) => values.map((value) => Number((value / 255).toFixed(4))).join(', ');
  if (mean.some((value) => value > 1 || value < -1))
    note(['data', 'image', 'mean'], `found ${mean.join(', ')}, expected values in 0..1, as pixels are: divided by 255 these are [${scaled(mean)}]`);
  if (std.some((value) => value > 2))
    note(['data', 'image', 'std'], `found ${std.join(', ')}, expected values in 0..1, as pixels are: divided by 255 these are [${scaled(std)}]`);
  if (mean.length === 2) note(['data', 'image', 'mean'], 'found 2 values, expected 1 (gray) or 3 (color)');
  if (mean.length !== std.length) note(['data', 'image', 'std'], `found ${std.length} values where mean has ${mean.length}, expected as many`);
  for (const name of Object.keys(data.target))
    if (name in data.source) note(['data', 'target', name], `'${name}' is a source too, expected each domain on one side`);
  for (const [pattern, thaws] of Object.entries(train.freeze)) {
    if (pattern === '**' && train.epochs > 0 && thaws >= train.epochs)
      note(['train', 'freeze', pattern], `everything stays frozen for all ${train.epochs} epochs, expected an epoch before that`);
  }
  const samples = Object.keys(data.source).length * data.batch.perDomain;
  if ((train.accumulate ?? 1) > samples)
    note(['train', 'accumulate'], `found ${train.accumulate}, expected at most ${samples}: a step has ${samples} samples to split into parts`);
  losses.forEach(({ use }, i) => {
    const { views = 1 } = catalogue.find('loss', use) as LossDefinition;
    if (data.views < views)
      note(['losses', String(i)], `loss '${use}' compares views and data.views is ${data.views}, expected data.views of at least ${views}`);
  });
  const refused = checkItems(experiment, root, catalogue);
  problems.push(...refused);
  // A run that was started before this was refused goes on as it began.
  const beyond = isRun || refused.length > 0 ? undefined : nothingBeyondIn(data, catalogue);
  if (beyond)
    note(
      ['data', 'augment', String(beyond.at)],
      `'${beyond.use}' shows what the image has beyond the view before it, and '${beyond.before}' before it is read by ${beyond.interpolation}, which keeps nothing there, expected interpolation: bilinear of '${beyond.before}', or '${beyond.use}' before it or without that option`,
    );
  const { sampling, batch } = data;
  const { node: batchNode } = nodeAt(root, ['data', 'batch']);
  const isBalanceWritten = !isRun && batchNode.kind === 'map' && batchNode.entries.has('balance');
  const advice = isRun ? undefined : startAdvice(experiment, catalogue);
  const warnings = [
    ...(advice === undefined ? [] : [advice]),
    ...(train.epochs > 0 && optimizer.warmupEpochs >= train.epochs
      ? [
          `optimizer.warmupEpochs is ${optimizer.warmupEpochs} and train.epochs ${train.epochs}: no step of '${optimizer.use}' will be taken, the run is plain ERM`,
        ]
      : []),
    ...(sampling !== 'balanced' && isBalanceWritten
      ? [
          `data.batch.balance is [${batch.balance.join(', ')}] and data.sampling '${sampling}': it has no effect, expected data.sampling: balanced, or no balance`,
        ]
      : []),
  ];
  return { problems, warnings };
}

function startAdvice({ model: { use, ...options } }: Experiment, catalogue: Catalogue): string | undefined {
  return (catalogue.find('model', use) as ModelDefinition).startAdvice?.(options);
}

function nothingBeyondIn({ augment, image }: Experiment['data'], catalogue: Catalogue) {
  let found: NothingBeyond | undefined;
  try {
    found = nothingBeyond(
      augment.map((named) => createItem<Augmentation>(catalogue, 'augmentation', named)),
      image.interpolation,
    );
  } catch {
    // A fault of a plugin is told as the plugin's when images are loaded.
    return undefined;
  }
  return found && { ...found, use: augment[found.at]?.use, before: augment[found.after]?.use };
}
