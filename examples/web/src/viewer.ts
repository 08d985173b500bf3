import type { FaceJudgment } from '@gradalign/liveness';
import { pageElement } from './page-element.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Where the camera, a video or a picture is seen, with a box around the face. */
export interface Viewer {
  readonly video: HTMLVideoElement;
  /** Shows a picture that the browser can decode. */
  picture(file: Blob): Promise<void>;
  /** Shows neither. */
  empty(): void;
  /** Shows the video element. Cameras are mirrored for those who look into them; what is checked is not. */
  stream(options: { readonly mirrored: boolean }): void;
  /** Draws the box of a face in pixels of a picture of this size (default: the picture that is shown), or none. */
  face(face: FaceJudgment['face'], size?: Size): void;
  /** Calls back with files that are dropped anywhere on the page. */
  dropped(open: (files: FileList | undefined) => void): void;
}

/** A canvas need not be larger than it is seen. */
const longestSide = 1280;

export function viewer(): Viewer {
  const place = pageElement('viewer', HTMLElement);
  const video = pageElement('video', HTMLVideoElement);
  const still = pageElement('still', HTMLCanvasElement);
  const overlay = pageElement('face-box', SVGSVGElement);
  let shown: Size = { width: 4, height: 3 };

  const face: Viewer['face'] = (found, size = shown) => {
    const box = found?.box;
    overlay.classList.toggle('visible', box !== undefined);
    if (!box) return;
    overlay.setAttribute('viewBox', `0 0 ${size.width} ${size.height}`);
    const rectangle = overlay.querySelector('rect') as SVGRectElement;
    for (const [name, value] of Object.entries(box)) rectangle.setAttribute(name, String(value));
  };
  const show = (which: 'video' | 'still' | 'none', mirrored = false) => {
    face(null);
    video.hidden = which !== 'video';
    still.hidden = which !== 'still';
    pageElement('empty', HTMLElement).hidden = which !== 'none';
    place.classList.toggle('mirrored', mirrored);
    if (which !== 'video') video.removeAttribute('src');
  };

  return {
    video,
    face,
    async picture(file) {
      const bitmap = await createImageBitmap(file);
      const factor = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height));
      [still.width, still.height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(factor * side))) as [number, number];
      still.getContext('2d')?.drawImage(bitmap, 0, 0, still.width, still.height);
      shown = { width: bitmap.width, height: bitmap.height };
      bitmap.close();
      show('still');
    },
    empty: () => show('none'),
    stream: ({ mirrored }) => show('video', mirrored),
    dropped(open) {
      const over = (event: DragEvent) => {
        event.preventDefault();
        place.classList.toggle('dropping', event.type === 'dragover');
      };
      document.addEventListener('dragover', over);
      document.addEventListener('dragleave', over);
      document.addEventListener('drop', (event) => {
        over(event);
        open(event.dataTransfer?.files);
      });
    },
  };
}
