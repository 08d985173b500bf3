import type { Risk } from '../contracts/loss.ts';
import { domainBce } from '../losses/domain-bce.ts';

/** The risk of face anti-spoofing, for problems made without an experiment: binary cross-entropy of sigmoid(logitScale · logit), label 1 = bona fide. */
export function binaryRisk(logitScale: number): Risk {
  return domainBce.create({ logitScale }, { classes: ['attack', 'live'] }) as Risk;
}
