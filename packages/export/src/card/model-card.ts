import { rawWeights } from '@gradalign/core';
import { packageVersion } from '../onnx/package-version.ts';
import { type CardFacts, cardFacts } from './card-facts.ts';
import { costSection, resultsSection, speciesSection, thresholdsSection, trainingSection } from './card-sections.ts';
import { plain, yamlText } from './markdown.ts';

/** Options of `modelCard`. */
export interface ModelCardOptions {
  /** Name of weights that a callback offered; default: `raw`, the run's own. */
  readonly weights?: string;
  /** License of the weights, as Hugging Face names it: `apache-2.0`. */
  readonly license?: string;
}

/**
 * A model card of a finished run in Markdown, with the front matter of Hugging Face. Reads what the run left behind; neither data nor engine are needed.
 *
 * @throws UserError where the folder holds no finished run
 */
export async function modelCard(folder: string, { weights = rawWeights, license }: ModelCardOptions = {}): Promise<string> {
  const facts = await cardFacts(folder, weights);
  return `${frontMatter(facts, license)}
# ${plain(facts.name)}
${purpose(facts)} Trained with gradalign ${packageVersion()}${weights === rawWeights ? '' : `; weights ${plain(weights)}`}.

## Intended use
One part of a check that a person is present, beside other means. It expects face crops made as its training data were (\`preparation\` in the metadata of the exported model). It is not for recognizing who somebody is, and its score is no evidence about a person.

## Results
${resultsSection(facts)}

### By species of attack
${speciesSection(facts)}

### By group of people
Score files of the run know subjects, not their age, sex or skin tone, so no figures by group are given. They are not known to be equal: measure them on your own users before relying on the model.

## Thresholds
${thresholdsSection(facts)}

## Training data
${trainingSection(facts)}

## Limits
- It was tested on the targets above and nothing else; cameras, light and attacks that they do not hold may give other error rates. A rate of 0 means that the test showed none.
- Presentation attack detection looks at pictures. It does not stop injected streams (virtual cameras, changed apps), deepfakes that are injected and not shown to a camera, or an attack of a kind that training had none of, such as masks where only prints and replays were trained on.
- Coercion, twins and sleeping people are bona fide to it.
- The threshold decides what errors cost: choose it on data of your own (\`gradalign calibrate\`).

## Environmental cost
${costSection(facts)}

## How to reproduce
Run fingerprint (settings and data): \`${facts.results.identity?.digest ?? 'not recorded by this version'}\`. With the same data:

\`\`\`sh
gradalign train experiment.yaml
\`\`\`
where \`experiment.yaml\` is the file of that name in the run's folder; it holds every setting, the seed included.
`;
}

function purpose({ results: { classes } }: CardFacts): string {
  return classes.length === 2
    ? 'Decides from a face crop whether it shows a living person in front of the camera (bona fide) or a presentation attack such as a print or a replay.'
    : `Tells ${classes.length} classes apart: ${classes.map(plain).join(', ')}.`;
}

function frontMatter({ results, name, tested, measured }: CardFacts, license: string | undefined): string {
  const metrics = tested.flatMap(({ name: target, deployable, literature }) => {
    const of = deployable ?? literature;
    const value = (title: string, type: string, figure: number) =>
      `          - { type: ${type}, name: ${yamlText(title)}, value: ${Number(figure.toFixed(6))} }`;
    return [
      `      - task: { type: image-classification, name: ${yamlText('presentation attack detection')} }`,
      `        dataset: { type: ${yamlText(target)}, name: ${yamlText(target)} }`,
      '        metrics:',
      value(`HTER (${deployable ? 'deployable' : 'literature'} threshold, images)`, 'hter', of.hter),
      value('AUC (images)', 'auc', of.auc),
    ];
  });
  const others = measured
    .filter(({ level }) => level === 'image')
    .flatMap(({ name: target, figures }) => [
      `      - task: { type: image-classification, name: ${yamlText('image classification')} }`,
      `        dataset: { type: ${yamlText(target)}, name: ${yamlText(target)} }`,
      '        metrics:',
      ...Object.entries(figures).flatMap(([figure, value]) =>
        typeof value === 'number' ? [`          - { type: ${yamlText(figure)}, name: ${yamlText(figure)}, value: ${Number(value.toFixed(6))} }`] : [],
      ),
    ]);
  const all = [...metrics, ...others];
  return [
    '---',
    'library_name: gradalign',
    'pipeline_tag: image-classification',
    ...(license === undefined ? [] : [`license: ${yamlText(license)}`]),
    'tags: [face-anti-spoofing, presentation-attack-detection, liveness, onnx]',
    `datasets: [${(results.protocol?.sources ?? []).map(yamlText).join(', ')}]`,
    ...(all.length > 0 ? ['model-index:', `  - name: ${yamlText(name)}`, '    results:', ...all] : []),
    '---',
  ].join('\n');
}
