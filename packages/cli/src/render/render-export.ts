import type { ExportedRun } from '@gradalign/export';

/** What was written, and how it compares with the run. */
export function renderExport({ output, golden, bytes, nodes, parameters, metadata, checkedOn }: ExportedRun): string {
  const { check, thresholds, scale, classes, calibration } = metadata;
  const short = (value: number) => value.toExponential(1);
  return [
    `${output}: ${(bytes / 1e6).toFixed(2)} MB, ${nodes} nodes, ${parameters} numbers`,
    check.done
      ? `checked on ${check.images} ${checkedOn} by ${check.runtime}: largest difference ${short(check.largestDifference.logit)} in logits, ${short(check.largestDifference.probability)} in probabilities`
      : 'not checked (--no-check)',
    thresholds ? `${classes[1]} where ${scale} >= ${thresholds.image.value} (${thresholds.image.from})` : 'no threshold',
    `probability: ${calibration ? `calibrated (${calibration.method})` : 'as the network has it'}`,
    `golden picture: ${golden}`,
  ].join('\n');
}
