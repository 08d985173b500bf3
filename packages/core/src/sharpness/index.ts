export { type HessianStepOptions, hessianStep } from './hessian-step.ts';
export { hessianVectorProduct } from './hessian-vector-product.ts';
export { type LargestEigenvalue, type LargestEigenvalueOptions, largestEigenvalue } from './largest-eigenvalue.ts';
export { type LossSurface, type RiskSurfaceOptions, riskSurface } from './loss-surface.ts';
export { measureSharpness, type Sharpness, type SharpnessOptions } from './measure-sharpness.ts';
export { type AdversarialLossOptions, adversarialLoss, lossesAtRandom, type RandomLossOptions } from './perturbed-loss.ts';
export { type DomainSharpness, type RunSharpness, type RunSharpnessOptions, runSharpness } from './run-sharpness.ts';
