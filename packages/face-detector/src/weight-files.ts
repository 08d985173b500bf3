import type { DetectorModel } from './detected-face.ts';

/** Names of the networks that detect a face and its landmarks, as @vladmandic/face-api has them in its folder `model`. */
const networks = { ssd: 'ssd_mobilenetv1_model', tiny: 'tiny_face_detector_model', landmarks: 'face_landmark_68_model' } as const;

export type Network = keyof typeof networks;

/** Of one network: the list of its weights, and the weights. */
export function weightFiles(network: Network): { readonly manifest: string; readonly weights: string } {
  return { manifest: `${networks[network]}-weights_manifest.json`, weights: `${networks[network]}.bin` };
}

/** What @tensorflow/tfjs-backend-wasm loads: the first with SIMD, the second without. */
export const wasmFiles = ['tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm.wasm'] as const;

/** The networks that a detector runs. */
export function networksOf(model: DetectorModel): readonly Network[] {
  return [model, 'landmarks'];
}
