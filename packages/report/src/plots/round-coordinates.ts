import type { Picture } from './draw-plot.ts';

/** A picture whose coordinates have one digit after the point: a third of the bytes. */
export function roundCoordinates(picture: Picture): Picture {
  const rounded = (text: string) => text.replace(/\d+\.\d{2,}/g, (coordinate) => String(Number(Number(coordinate).toFixed(1))));
  return { ...picture, svg: picture.svg.replace(/ (?:d|points|cx|cy|x|y|x1|x2|y1|y2|transform)="[^"]*"/g, rounded) };
}
