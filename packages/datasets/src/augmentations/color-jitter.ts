import { defineAugmentation, type PixelImage, type Random } from '@gradalign/core';
import { Type } from '@sinclair/typebox';
import { adjustBrightness, adjustContrast, adjustHue, adjustSaturation } from './pillow-colors.ts';

const amount = (description: string, maximum: number) => Type.Number({ minimum: 0, maximum, default: 0, description });

/**
 * torchvision's ColorJitter on PIL images: brightness, contrast (about the view's own mean gray), saturation and hue (in HSV) in a random order, each rounded
 * to 8 bits. It acts on the rendered view, after all geometry, and takes several times as long as `colour`.
 */
export const colorJitter = defineAugmentation({
  name: 'color-jitter',
  summary: "Random brightness, contrast, saturation and hue in a random order, as torchvision's ColorJitter",
  options: Type.Object(
    {
      brightness: amount('x: a factor uniform in max(0, 1 - x) .. 1 + x', 10),
      contrast: amount("x: a factor uniform in max(0, 1 - x) .. 1 + x, about the view's mean gray", 10),
      saturation: amount('x: a factor uniform in max(0, 1 - x) .. 1 + x', 10),
      hue: amount('Largest shift of the hue to either side, in turns', 0.5),
    },
    { additionalProperties: false },
  ),
  create({ brightness, contrast, saturation, hue }) {
    const factor = (random: Random, x: number) => random.uniform(Math.max(0, 1 - x), 1 + x);
    const steps: { readonly isOn: boolean; of(view: PixelImage, random: Random): PixelImage }[] = [
      { isOn: brightness > 0, of: (view, random) => adjustBrightness(view, factor(random, brightness)) },
      { isOn: contrast > 0, of: (view, random) => adjustContrast(view, factor(random, contrast)) },
      { isOn: saturation > 0, of: (view, random) => adjustSaturation(view, factor(random, saturation)) },
      { isOn: hue > 0, of: (view, random) => adjustHue(view, random.uniform(-hue, hue)) },
    ];
    return {
      view: (image, random) => random.shuffle(steps).reduce((view, { isOn, of }) => (isOn ? of(view, random) : view), image),
    };
  },
});
