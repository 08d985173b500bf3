import { definePlugin } from '@gradalign/core';
import { recaptureBenchmark } from './adapters/own/recapture-benchmark.ts';
import { recaptured } from './adapters/own/recaptured.ts';
import { rotatedMnist } from './adapters/own/rotated-mnist.ts';
import { flipLists } from './adapters/prepared/flip-lists.ts';
import { gdFas } from './adapters/prepared/gd-fas.ts';
import { iadg } from './adapters/prepared/iadg.ts';
import { imageFolder } from './adapters/prepared/image-folder.ts';
import { manifest } from './adapters/prepared/manifest.ts';
import { safas } from './adapters/prepared/safas.ts';
import { ssan } from './adapters/prepared/ssan.ts';
import { ssdg } from './adapters/prepared/ssdg.ts';
import { casiaFasd } from './adapters/raw/casia-fasd.ts';
import { casiaSurf } from './adapters/raw/casia-surf.ts';
import { cefa } from './adapters/raw/cefa.ts';
import { celebaSpoof } from './adapters/raw/celeba-spoof.ts';
import { lccFasd } from './adapters/raw/lcc-fasd.ts';
import { msuMfsd } from './adapters/raw/msu-mfsd.ts';
import { ouluNpu } from './adapters/raw/oulu-npu.ts';
import { replayAttack } from './adapters/raw/replay-attack.ts';
import { roseYoutu } from './adapters/raw/rose-youtu.ts';
import { siw } from './adapters/raw/siw.ts';
import { wmca } from './adapters/raw/wmca.ts';
import { colorJitter } from './augmentations/color-jitter.ts';
import { colour, grayscale } from './augmentations/colour.ts';
import { cutout } from './augmentations/cutout.ts';
import { flip } from './augmentations/flip.ts';
import { randomResizedCrop } from './augmentations/random-resized-crop.ts';
import { recapture } from './augmentations/recapture.ts';
import { rotate } from './augmentations/rotate.ts';
import { ocimProtocols } from './protocols/ocim.ts';
import { wcsProtocols } from './protocols/wcs.ts';

/** The plugin: data sets, augmentations and protocols for experiments, under the names that `gradalign list` shows. */
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
    colorJitter,
    grayscale,
    recapture,
    ...ocimProtocols,
    ...wcsProtocols,
  ],
});

export type { Face, FaceAnnotation, FaceLandmarks, FramePicture, Point } from '@gradalign/pixels';
export { type FaceFinder, type FaceMode, type FrameChoice, faceModes, parseFrameChoice } from '@gradalign/pixels';
export type { AttackKind } from './adapters/own/recaptured.ts';
export { attackOrLive } from './faces/attack-or-live.ts';
export type { FaceDataset, FaceSample } from './faces/face-dataset.ts';
export type { BrokenFile, CheckOptions } from './inspect/check-each.ts';
export type { NamedDataset } from './inspect/clips.ts';
export { type ContactSheetOptions, contactSheet } from './inspect/contact-sheet.ts';
export { type Counts, type DomainInspection, type Inspection, type InspectOptions, inspectDatasets } from './inspect/inspect-datasets.ts';
export { type RenderInspectionOptions, renderInspection } from './inspect/render-inspection.ts';
export type { Links } from './on-disk/folder-tree.ts';
export type { ListDomainsOptions } from './plain-layout/list-domains.ts';
export { listDomains } from './plain-layout/list-domains.ts';
export type { ClassFigures } from './prepare/class-figures.ts';
export { type CropConvention, type CropOverrides, cropConvention, cropConventions } from './prepare/crop-convention.ts';
export type { CropFormat } from './prepare/crop-task.ts';
export { type ClipNote, type DomainReport, type DroppedClip, type PreparationReport, renderPreparation } from './prepare/preparation-report.ts';
export type { ClipSettings } from './prepare/prepare-clip.ts';
export { type PrepareOptions, prepareDatasets, type RawDomain } from './prepare/prepare-datasets.ts';
export { type InputSettings, type PreparedInput, prepareInput } from './prepare/prepare-input.ts';
export { readUserVideos, type UserVideosOptions } from './prepare/user-videos.ts';
export { isIntact, renderVerification, type Verification, type VerifyOptions, verifyPrepared } from './prepare/verify-prepared.ts';
export type { WithdrawnClip } from './prepare/withdraw-clips.ts';
export { type BenchmarkSize, benchmarkSizes } from './recapture/benchmark/plan.ts';
export { type SynthesisReport, type SynthesizeOptions, synthesizeBenchmark } from './recapture/benchmark/synthesize-benchmark.ts';
export { synthesisOptionsFromTexts } from './recapture/from-faces/synthesis-options.ts';
export { type AttackSynthesisReport, type SynthesizeAttacksOptions, synthesizeAttacks } from './recapture/from-faces/synthesize-attacks.ts';
export type { RecaptureKind } from './recapture/options/recapture-ranges.ts';
export { BrokenClipError, type ClipProblem } from './video/broken-clip-error.ts';
export type { ClipReader } from './video/clip-reader.ts';
export { ffmpegFor } from './video/ffmpeg-for.ts';
export { type Ffmpeg, findFfmpeg } from './video/find-ffmpeg.ts';
// The definitions of data sets and augmentations, to call or wrap from code.
export {
  casiaFasd,
  casiaSurf,
  cefa,
  celebaSpoof,
  colorJitter,
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
