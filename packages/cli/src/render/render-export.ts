import { renderTable } from '@gradalign/core';
import type { ExportedRun, ModelFigures } from '@gradalign/export';

/** What was written, and how it compares with the run. */
export function renderExport({ output, golden, bytes, nodes, parameters, metadata, checkedOn, quantized }: ExportedRun): string {
  const { check, thresholds, scale, classes, calibration } = metadata;
  const short = (value: number) => value.toExponential(1);
  return [
    `${output}: ${(bytes / 1e6).toFixed(2)} MB, ${nodes} nodes, ${parameters} numbers`,
    check.done
      ? `${quantized ? 'float model ' : ''}checked on ${check.images} ${checkedOn} by ${check.runtime}: largest difference ${short(check.largestDifference.logit)} in logits, ${short(check.largestDifference.probability)} in probabilities`
      : 'not checked (--no-check)',
    thresholds ? `${classes[1]} where ${scale} >= ${thresholds.image.value} (${thresholds.image.from})` : 'no threshold',
    `probability: ${calibration ? `calibrated (${calibration.method})` : 'as the network has it'}`,
    `golden picture: ${golden}`,
    ...(quantized
      ? [
          `on ${quantized.images} images, ${quantized.measuredOn}:`,
          renderTable([['', 'size', 'images/s', 'AUC', 'HTER'], figuresRow('float32', quantized.float), figuresRow('int8', quantized.int8)], 1),
        ]
      : []),
  ].join('\n');
}

function figuresRow(name: string, { bytes, imagesPerSecond, auc, hter }: ModelFigures): string[] {
  const percent = (share: number | undefined) => (share === undefined ? '-' : `${(100 * share).toFixed(2)} %`);
  return [name, `${(bytes / 1e6).toFixed(2)} MB`, imagesPerSecond.toFixed(1), percent(auc), percent(hter)];
}
