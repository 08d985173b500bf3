import { createRandom, type PixelImage } from '@gradalign/core';
import { domainProfiles } from '../src/recapture/benchmark/domains.ts';
import { drawIdentity } from '../src/recapture/face/face-identity.ts';
import { drawPose } from '../src/recapture/face/face-pose.ts';
import { renderFace } from '../src/recapture/face/render-face.ts';
import { drawScene } from '../src/recapture/face/scene.ts';
import { toBytes } from '../src/recapture/image/srgb.ts';

/** A live face that nobody has to give: the benchmark's renderer, as a camera of `side` pixels would see it. */
export function renderedFace(person: number, side: number): PixelImage {
  const random = createRandom(['rendered-face', person]);
  const light = renderFace(drawIdentity(random), drawPose(random, 0.8), drawScene(random, domainProfiles.phone.place), side);
  return { data: toBytes(light), width: side, height: side, channels: 3 };
}
