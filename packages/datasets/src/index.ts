import { definePlugin } from '@gradalign/core';
import { colour, grayscale } from './augmentations/colour.ts';
import { cutout } from './augmentations/cutout.ts';
import { flip } from './augmentations/flip.ts';
import { randomResizedCrop } from './augmentations/random-resized-crop.ts';
import { recapture } from './augmentations/recapture.ts';
import { rotate } from './augmentations/rotate.ts';
import { casiaFasd } from './casia-fasd.ts';
import { casiaSurf } from './casia-surf.ts';
import { cefa } from './cefa.ts';
import { celebaSpoof } from './celeba-spoof.ts';
import { flipLists } from './flip-lists.ts';
import { gdFas } from './gd-fas.ts';
import { iadg } from './iadg.ts';
import { imageFolder } from './image-folder.ts';
import { lccFasd } from './lcc-fasd.ts';
import { manifest } from './manifest.ts';
import { msuMfsd } from './msu-mfsd.ts';
import { ouluNpu } from './oulu-npu.ts';
import { ocimProtocols } from './protocols/ocim.ts';
import { wcsProtocols } from './protocols/wcs.ts';
import { recaptureBenchmark } from './recapture-benchmark.ts';
import { recaptured } from './recaptured.ts';
import { replayAttack } from './replay-attack.ts';
import { roseYoutu } from './rose-youtu.ts';
import { rotatedMnist } from './rotated-mnist.ts';
import { safas } from './safas.ts';
import { siw } from './siw.ts';
import { ssan } from './ssan.ts';
import { ssdg } from './ssdg.ts';
import { wmca } from './wmca.ts';

export default definePlugin({
  name: '@gradalign/datasets',
  items: [
    imageFolder,
    manifest,
    recaptureBenchmark,
    recaptured,
    rotatedMnist,
    casiaFasd,
    casiaSurf,
    cefa,
    celebaSpoof,
    flipLists,
    gdFas,
    iadg,
    lccFasd,
    msuMfsd,
    ouluNpu,
    replayAttack,
    roseYoutu,
    safas,
    siw,
    ssan,
    ssdg,
    wmca,
    randomResizedCrop,
    flip,
    rotate,
    cutout,
    colour,
    grayscale,
    recapture,
    ...ocimProtocols,
    ...wcsProtocols,
  ],
});

export { listDomains } from './image-folder/list-domains.ts';
export { type BrokenFile, type CheckOptions, checkImages } from './inspect/check-images.ts';
export type { NamedDataset } from './inspect/clips.ts';
export { type ContactSheetOptions, contactSheet } from './inspect/contact-sheet.ts';
export { type Counts, type DomainInspection, type Inspection, type InspectOptions, inspectDatasets } from './inspect/inspect-datasets.ts';
export { type RenderInspectionOptions, renderInspection } from './inspect/render-inspection.ts';
export { BrokenClipError } from './prepare/broken-clip-error.ts';
export { type CropConvention, type CropOverrides, cropConvention, cropConventions } from './prepare/crop-convention.ts';
export type { CropFormat } from './prepare/crop-task.ts';
export { type FaceFinder, type FaceMode, type FramePicture, faceModes } from './prepare/find-face.ts';
export { type FrameChoice, frameRules, parseFrameChoice } from './prepare/frame-choice.ts';
export { type ClipNote, type DomainReport, type PreparationReport, renderPreparation } from './prepare/preparation-report.ts';
export { type PrepareOptions, prepareDatasets, type RawDomain } from './prepare/prepare-datasets.ts';
export { readUserVideos, type UserVideosOptions } from './prepare/user-videos.ts';
export { isIntact, renderVerification, type Verification, type VerifyOptions, verifyPrepared } from './prepare/verify-prepared.ts';
export { ffmpegFor } from './prepare/video/ffmpeg-for.ts';
export { domainNames as recaptureDomains } from './recapture/benchmark/domains.ts';
export { type BenchmarkSize, benchmarkSizes } from './recapture/benchmark/plan.ts';
export { benchmarkVersion, type SynthesisReport, type SynthesizeOptions, synthesizeBenchmark } from './recapture/benchmark/synthesize-benchmark.ts';
export { type AttackSynthesisReport, type SynthesizeAttacksOptions, synthesizeAttacks } from './recapture/from-faces/synthesize-attacks.ts';

export {
  casiaFasd,
  casiaSurf,
  cefa,
  celebaSpoof,
  colour,
  cutout,
  flip,
  flipLists,
  gdFas,
  grayscale,
  iadg,
  imageFolder,
  lccFasd,
  manifest,
  msuMfsd,
  ouluNpu,
  randomResizedCrop,
  recapture,
  recaptureBenchmark,
  recaptured,
  replayAttack,
  roseYoutu,
  rotate,
  rotatedMnist,
  safas,
  siw,
  ssan,
  ssdg,
  wmca,
};
