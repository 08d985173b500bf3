import type { Random } from '@gradalign/core';
import type { PlaceMap } from './image/resample.ts';

/** How a flat object is held in front of the camera. */
export interface ViewpointParameters {
  /** 1 (neutral) fills the image; at 1.2 the center is enlarged and the edges leave the image. */
  readonly zoom: number;
  /** In the picture's plane, radians. */
  readonly rotation: number;
  /** About the upright axis, radians; -0.4 to 0.4. */
  readonly turn: number;
  /** About the level axis, radians; -0.4 to 0.4. */
  readonly lean: number;
  /** Share of the width and height by which the center moves. */
  readonly shiftX: number;
  readonly shiftY: number;
  /** Bend of a held sheet: depth of its bulge as a share of its width. -0.15 to 0.15. */
  readonly bend: number;
}

export const neutralViewpoint: ViewpointParameters = { zoom: 1, rotation: 0, turn: 0, lean: 0, shiftX: 0, shiftY: 0, bend: 0 };

/** Distance of the camera in widths of the object: tilted objects get narrower at the far side. */
const distance = 2.5;

/** Maps positions in the camera's image to positions on the object, both 0..1: a ray through the lens meets the tilted plane. `aspect`: width / height of both. */
export function placeFrom(viewpoint: ViewpointParameters, aspect = 1): PlaceMap {
  const { zoom, shiftX, shiftY, bend } = viewpoint;
  const cos = Math.cos(viewpoint.rotation) / zoom;
  const sin = Math.sin(viewpoint.rotation) / zoom;
  const tanTurn = Math.tan(viewpoint.turn);
  const tanLean = Math.tan(viewpoint.lean);
  const stretchX = 1 / Math.cos(viewpoint.turn);
  const stretchY = 1 / Math.cos(viewpoint.lean);
  return (x, y, to) => {
    const px = (x - 0.5 - shiftX) * aspect;
    const py = y - 0.5 - shiftY;
    const rx = px * cos + py * sin;
    const ry = py * cos - px * sin;
    const reach = distance / (distance - rx * tanTurn - ry * tanLean);
    const planeX = rx * reach * stretchX;
    const planeY = ry * reach * stretchY;
    to[0] = (planeX + bend * (planeX * planeX - 0.25) * planeX * 4) / aspect + 0.5;
    to[1] = planeY + bend * (planeX * planeX - 0.08) + 0.5;
  };
}

/** A hand is never quite still: the viewpoint of another frame. */
export function movedViewpoint(viewpoint: ViewpointParameters, random: Random): ViewpointParameters {
  return {
    ...viewpoint,
    zoom: viewpoint.zoom * (1 + 0.01 * random.normal()),
    rotation: viewpoint.rotation + 0.01 * random.normal(),
    turn: viewpoint.turn + 0.02 * random.normal(),
    lean: viewpoint.lean + 0.02 * random.normal(),
    shiftX: viewpoint.shiftX + 0.008 * random.normal(),
    shiftY: viewpoint.shiftY + 0.008 * random.normal(),
  };
}
