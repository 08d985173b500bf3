/** What both sides do to each view; torch_views.py holds the same in torchvision's words. */
export const augment = [
  { use: 'random-resized-crop', scale: [0.08, 1], ratio: [3 / 4, 4 / 3] },
  { use: 'flip', p: 0.5 },
  { use: 'rotate', degrees: 180 },
  { use: 'colour', brightness: 0.2, contrast: 0.2, saturation: 0.2, hue: 0.05 },
  { use: 'cutout', p: 0.5, scale: [0.02, 0.33], ratio: [0.3, 3.3] },
] as const;

export const normalisation = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;
