import type { Random } from '@gradalign/core';

/** What changes in a face within a clip. Angles in radians. */
export interface FacePose {
  /** Turn to the side, positive to the right of the picture. */
  readonly yaw: number;
  /** Nod, positive downwards. */
  readonly pitch: number;
  /** Tilt in the picture's plane. */
  readonly roll: number;
  /** Center of the head, in half image widths from the middle. */
  readonly x: number;
  readonly y: number;
  /** Half the head's height in half image heights. */
  readonly scale: number;
  /** 0 closed, 1 open. */
  readonly lids: number;
  readonly gaze: readonly [number, number];
  /** 0 closed to 1. */
  readonly mouthOpen: number;
  /** -0.5 (sullen) to 1 (smiling). */
  readonly smile: number;
  readonly browLift: number;
}

/** How a person holds the head in a clip; frames move around it. */
export function drawPose(random: Random, scale: number): FacePose {
  return {
    yaw: random.uniform(-0.3, 0.3),
    pitch: random.uniform(-0.12, 0.12),
    roll: random.uniform(-0.1, 0.1),
    x: random.uniform(-0.06, 0.06),
    y: random.uniform(-0.03, 0.05),
    scale: scale * random.uniform(0.95, 1.05),
    lids: random.uniform(0.85, 1.1),
    gaze: [random.uniform(-0.4, 0.4), random.uniform(-0.3, 0.3)],
    mouthOpen: random.chance(0.25) ? random.uniform(0.1, 0.5) : 0,
    smile: random.uniform(-0.3, 0.8),
    browLift: random.uniform(-0.01, 0.02),
  };
}

/** The pose a little later. */
export function movedPose(pose: FacePose, random: Random): FacePose {
  const blink = random.chance(0.08);
  return {
    yaw: pose.yaw + 0.08 * random.normal(),
    pitch: pose.pitch + 0.04 * random.normal(),
    roll: pose.roll + 0.03 * random.normal(),
    x: pose.x + 0.02 * random.normal(),
    y: pose.y + 0.015 * random.normal(),
    scale: pose.scale * (1 + 0.015 * random.normal()),
    lids: blink ? 0.15 : pose.lids * random.uniform(0.9, 1.05),
    gaze: [pose.gaze[0] + 0.15 * random.normal(), pose.gaze[1] + 0.1 * random.normal()],
    mouthOpen: Math.max(0, pose.mouthOpen + (random.chance(0.3) ? random.uniform(-0.2, 0.4) : 0)),
    smile: pose.smile + 0.15 * random.normal(),
    browLift: pose.browLift + 0.008 * random.normal(),
  };
}
