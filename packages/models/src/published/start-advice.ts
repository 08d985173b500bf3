import { optionOf, type PublishedWeights } from './published-weights.ts';

/** What a network without weights starts from, what published recipes start from, and the command that gets it. */
export function startAdvice(network: string, [installable]: readonly PublishedWeights[]): string {
  const how =
    installable === undefined
      ? `convert torchvision's file with 'gradalign weights import <file.pth> --for ${network} -o ${network}.safetensors', and set model.weights: ${network}.safetensors, model.strict: false`
      : `run 'gradalign weights install ${installable.name}', and set model.weights: ${optionOf(installable)}`;
  return `${network} starts from random weights, since model.weights names none; published recipes start from those of ImageNet: ${how}`;
}
