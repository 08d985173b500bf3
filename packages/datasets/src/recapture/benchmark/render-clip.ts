import type { Random, Seed } from '@gradalign/core';
import { capture, neutralCapture } from '../capture.ts';
import { develop, type Picture } from '../develop.ts';
import { drawIdentity, type FaceIdentity } from '../face/face-identity.ts';
import { drawPose, movedPose } from '../face/face-pose.ts';
import { renderFace } from '../face/render-face.ts';
import { drawScene } from '../face/scene.ts';
import type { LinearImage } from '../image/linear-image.ts';
import { print } from '../print.ts';
import { drawFrom } from '../ranges.ts';
import { replay } from '../replay.ts';
import { movedViewpoint, placeFrom } from '../viewpoint.ts';
import { type DomainProfile, domainProfiles } from './domains.ts';
import type { ClipKind, ClipPlan } from './plan.ts';
import { withSpuriousMarks } from './spurious-marks.ts';

/** Side of the rendered light before any camera, in pixels. */
const sceneSize = 128;

export interface RenderedClip {
  readonly frames: readonly Picture[];
  /** Target size of each frame's file: drawn for the clip, independently of its content. */
  readonly fileBytes: number;
}

/** All frames of one clip. The same seed and plan give the same bytes, in any order of clips. */
export function renderClip(plan: ClipPlan, seed: Seed): RenderedClip {
  const { domain, subject, kind, clip, frames } = plan;
  const profile = domainProfiles[domain];
  // A generator for each part: a part that draws more does not affect the others.
  const draw: PartRandom = (part) => seed.stream(`recapture-benchmark/${part}`).at(domain, subject, kind, clip);
  const face = drawIdentity(seed.stream('recapture-benchmark/face').at(subject));
  const drawn = { capture: drawFrom(profile.capture, draw('capture')), develop: drawFrom(profile.develop, draw('develop')) };
  const camera = withSpuriousMarks(drawn, kind === 'live', profile, draw('marks'));
  const viewpoint = drawFrom(profile.viewpoint, draw('viewpoint'));
  const hand = draw('hand');
  const noise = draw('noise');
  const side = Math.round(camera.capture.sensor);
  return {
    frames: presentations[kind](face, profile, frames, draw).map((light) =>
      develop(capture(light, camera.capture, noise, placeFrom(movedViewpoint(viewpoint, hand))), camera.develop),
    ),
    fileBytes: Math.round(side * side * draw('file').uniform(...profile.bytesPerPixel)),
  };
}

type PartRandom = (part: string) => Random;

/** The light in front of the camera, frame by frame. */
const presentations: Record<ClipKind, (face: FaceIdentity, profile: DomainProfile, frames: number, draw: PartRandom) => readonly LinearImage[]> = {
  live: faceVideo,
  print: (face, profile, frames, draw) => {
    const [photograph] = faceVideo(face, profile, 1, draw).map((light) => photographed(light, draw('photograph')));
    const sheet = print(photograph as LinearImage, drawFrom(profile.print, draw('instrument')), draw('sheet'));
    return Array.from({ length: frames }, () => sheet);
  },
  replay: (face, profile, frames, draw) => {
    const display = drawFrom(profile.replay, draw('instrument'));
    const photograph = draw('photograph');
    return faceVideo(face, profile, frames, draw).map((light) => replay(photographed(light, photograph), display, draw('screen')));
  },
};

function faceVideo(face: FaceIdentity, profile: DomainProfile, frames: number, draw: PartRandom): readonly LinearImage[] {
  const scene = drawScene(draw('scene'), profile.place);
  const random = draw('pose');
  const pose = drawPose(random, profile.faceScale);
  return Array.from({ length: frames }, () => renderFace(face, movedPose(pose, random), scene, sceneSize));
}

/** The attacker's own camera: a good one, close to its subject. */
function photographed(light: LinearImage, random: Random): LinearImage {
  return capture(light, { ...neutralCapture(light.width), defocus: 0.4, metering: 1, shotNoise: 0.015, readNoise: 0.002 }, random);
}
