import type { LoadedModel } from './messages.ts';
import { decimal, fileSize } from './numbers.ts';
import { pageElement, say } from './page-element.ts';

/** Shows what the model says about itself, and whether it gives the numbers here that it gave where it was exported. */
export function showModel({ metadata, size, selfTest }: LoadedModel): void {
  const { training, image, preparation, license, quantization, run } = metadata;
  const domains = Object.keys(training.domains).join(', ');
  say(
    pageElement('model-line', HTMLElement),
    `${training.model}, trained by ${training.method}${domains ? ` on ${domains}` : ''}. Nothing that you open or show here leaves this page.`,
  );
  const crop = preparation?.['crop'] as { readonly name?: unknown } | undefined;
  const facts: readonly (readonly [string, string])[] = [
    ['Model file', `${fileSize(size)}${quantization ? ', 8 bits' : ''}`],
    ['Input', `${image.size} x ${image.size} pixels, ${image.channels === 3 ? 'color' : 'gray'}`],
    ['Face crop', crop ? `as ${String(crop.name)}` : 'none: whole pictures are scored'],
    ['Run', run.fingerprint ? `${run.fingerprint.slice(0, 12)}, ${run.checkpoint}, ${run.weights} weights` : `${run.checkpoint}, ${run.weights} weights`],
    ['License of the weights', license ?? 'not stated'],
  ];
  pageElement('facts', HTMLDListElement).replaceChildren(
    ...facts.map(([name, value]) => {
      const entry = document.createElement('div');
      const [term, description] = [document.createElement('dt'), document.createElement('dd')];
      [term.textContent, description.textContent] = [name, value];
      entry.append(term, description);
      return entry;
    }),
  );
  const test = pageElement('self-test', HTMLElement);
  test.dataset['kind'] = 'missing' in selfTest ? 'none' : selfTest.passed ? 'passed' : 'failed';
  say(test, selfTestText(selfTest));
}

function selfTestText(selfTest: LoadedModel['selfTest']): string {
  if ('missing' in selfTest) return `The self-test did not run: ${selfTest.missing}.`;
  const { input, logit, probability } = selfTest.largestDifference;
  const numbers = `largest difference ${small(logit)} in the logit, ${small(probability)} in the probability (allowed: ${selfTest.tolerance}), ${decimal(input, 3)} of 255 in the input`;
  return selfTest.passed
    ? `The self-test passed: this browser gets the numbers of the export (${numbers}).`
    : `The self-test failed: this browser does not get the numbers of the export (${numbers}). Do not rely on decisions made here.`;
}

function small(value: number): string {
  return value === 0 ? '0' : value.toExponential(1);
}
