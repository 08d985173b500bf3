import { type LinearImage, luminanceWeights } from './image/linear-image.ts';
import { encodeSrgbFast } from './image/srgb.ts';

/** How a camera processes its sensor's reading before it compresses the image. */
export interface DevelopParameters {
  /** Exponent of the tone curve on encoded values: below 1 opens the shadows, above 1 deepens them. 0.7 to 1.4; 1 is neutral. */
  readonly tone: number;
  /**
   * How far tone and color are adjusted to the four targets below, as automatic levels, white balance and saturation do: 0 (neutral) not at all, 1 fully.
   * At 1, the mean, contrast and saturation of an image say nothing about its content.
   */
  readonly automatic: number;
  /**
   * How far one curve for the whole image equalizes luminance to a normal distribution (histogram specification, as dynamic-range modes do): 0 (neutral) to 1.
   * Scaled by `automatic`.
   */
  readonly equalizing: number;
  /** Target mean of the encoded values, 0..1. */
  readonly brightness: number;
  /** Target standard deviation of encoded luminance. 0.12 to 0.28. */
  readonly contrast: number;
  /** Target standard deviation of encoded color differences. 0.01 to 0.08. */
  readonly saturation: number;
  /** Target tint of the mean: red over blue as a difference of encoded values. -0.15 (cold) to 0.15 (warm). */
  readonly warmth: number;
  /** Target tint of the mean: green over red and blue. -0.06 (magenta) to 0.06 (green). */
  readonly greenness: number;
  /** Unsharp masking with a radius of one pixel. 0 (neutral) to 1.5. */
  readonly sharpening: number;
}

export const neutralDevelop: DevelopParameters = {
  tone: 1,
  automatic: 0,
  equalizing: 0,
  brightness: 0.45,
  contrast: 0.2,
  saturation: 0.04,
  warmth: 0,
  greenness: 0,
  sharpening: 0,
};

/** A finished image: 8-bit sRGB, three bytes per pixel. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
}

/** From the sensor's reading to an image. */
export function develop(reading: LinearImage, parameters: DevelopParameters): Picture {
  const { width, height } = reading;
  const curve = toneCurve(parameters.tone);
  const values = new Float32Array(reading.data.length);
  for (let i = 0; i < values.length; i++) values[i] = curve(encodeSrgbFast(reading.data[i] as number));
  if (parameters.automatic > 0) level(values, parameters);
  const sharp = parameters.sharpening > 0 ? sharpened(values, width, height, parameters.sharpening) : values;
  // A clamped array rounds, and clips at 0 and 255.
  const bytes = new Uint8ClampedArray(values.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = 255 * (sharp[i] as number);
  return { width, height, bytes: new Uint8Array(bytes.buffer) };
}

/** The power from a table of 1,024 steps, interpolated linearly. */
function toneCurve(exponent: number): (value: number) => number {
  if (exponent === 1) return (value) => value;
  const steps = 1024;
  const table = Float32Array.from({ length: steps + 2 }, (_, i) => (i / steps) ** exponent);
  return (value) => {
    const place = value * steps;
    const index = Math.floor(place);
    const below = table[index] as number;
    return below + ((table[index + 1] as number) - below) * (place - index);
  };
}

/** Moves mean, contrast and saturation to their targets, in place. */
function level(values: Float32Array, parameters: DevelopParameters): void {
  const { automatic, brightness, contrast, saturation, warmth, greenness } = parameters;
  const { mean, luminance, color } = statistics(values);
  const targets = [brightness + warmth / 2 - greenness / 2, brightness + greenness, brightness - warmth / 2 - greenness / 2];
  const center = mean.map((value, channel) => value + automatic * ((targets[channel] as number) - value));
  const luminanceGain = (contrast / Math.max(0.02, luminance)) ** automatic;
  const colorGain = (saturation / Math.max(0.004, color)) ** automatic;
  const [red, green, blue] = mean as [number, number, number];
  const grays = new Float32Array(values.length / 3);
  for (let i = 0; i < grays.length; i++) {
    const dr = (values[3 * i] as number) - red;
    const dg = (values[3 * i + 1] as number) - green;
    const db = (values[3 * i + 2] as number) - blue;
    grays[i] = luminanceWeights[0] * dr + luminanceWeights[1] * dg + luminanceWeights[2] * db;
  }
  const curve = equalized(grays, luminance, automatic * parameters.equalizing);
  for (let i = 0; i < grays.length; i++) {
    const gray = grays[i] as number;
    const shown = luminanceGain * curve(gray);
    for (let channel = 0; channel < 3; channel++) {
      const at = 3 * i + channel;
      values[at] = (center[channel] as number) + shown + ((values[at] as number) - (mean[channel] as number) - gray) * colorGain;
    }
  }
}

/** The curve that gives values of mean 0 and this standard deviation a normal distribution with the same mean and deviation, applied by the share `amount`. */
function equalized(values: Float32Array, deviation: number, amount: number): (value: number) => number {
  if (amount === 0 || deviation === 0) return (value) => value;
  const bins = 256;
  const reach = 4 * deviation;
  const place = (value: number) => Math.min(bins, Math.max(0, ((value + reach) / (2 * reach)) * bins));
  const counts = new Float32Array(bins + 1);
  for (const value of values) counts[Math.round(place(value))] = (counts[Math.round(place(value))] as number) + 1;
  const table = new Float32Array(bins + 2);
  let below = 0;
  for (let bin = 0; bin <= bins; bin++) {
    const count = counts[bin] as number;
    const rank = (below + count / 2 + 0.5) / (values.length + 1);
    table[bin] = (bin / bins) * 2 * reach - reach + amount * (deviation * normalQuantile(rank) - ((bin / bins) * 2 * reach - reach));
    below += count;
  }
  table[bins + 1] = table[bins] as number;
  return (value) => {
    const at = place(value);
    const index = Math.floor(at);
    const from = table[index] as number;
    return from + ((table[index + 1] as number) - from) * (at - index);
  };
}

/** The value below which a standard normal number lies with this probability; within 4.5e-4 (Abramowitz and Stegun, 26.2.23). */
function normalQuantile(probability: number): number {
  const tail = Math.min(probability, 1 - probability);
  const t = Math.sqrt(-2 * Math.log(Math.max(1e-9, tail)));
  const value = t - (2.515517 + 0.802853 * t + 0.010328 * t * t) / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t * t * t);
  return probability < 0.5 ? -value : value;
}

/** Mean of each channel; deviation of luminance about its mean and of the channels about luminance. */
function statistics(values: Float32Array): { mean: readonly number[]; luminance: number; color: number } {
  const pixels = values.length / 3;
  let red = 0;
  let green = 0;
  let blue = 0;
  for (let i = 0; i < values.length; i += 3) {
    red += (values[i] as number) / pixels;
    green += (values[i + 1] as number) / pixels;
    blue += (values[i + 2] as number) / pixels;
  }
  let luminance = 0;
  let color = 0;
  for (let i = 0; i < values.length; i += 3) {
    const dr = (values[i] as number) - red;
    const dg = (values[i + 1] as number) - green;
    const db = (values[i + 2] as number) - blue;
    const y = luminanceWeights[0] * dr + luminanceWeights[1] * dg + luminanceWeights[2] * db;
    luminance += y * y;
    color += ((dr - y) * (dr - y) + (dg - y) * (dg - y) + (db - y) * (db - y)) / 3;
  }
  return { mean: [red, green, blue], luminance: Math.sqrt(luminance / pixels), color: Math.sqrt(color / pixels) };
}

/** Each value plus `amount` of its difference from the mean of itself and its four neighbors. */
function sharpened(values: Float32Array, width: number, height: number, amount: number): Float32Array {
  const out = new Float32Array(values.length);
  const stride = 3 * width;
  for (let y = 0; y < height; y++) {
    const above = y === 0 ? 0 : -stride;
    const below = y === height - 1 ? 0 : stride;
    for (let x = 0; x < width; x++) {
      const left = x === 0 ? 0 : -3;
      const right = x === width - 1 ? 0 : 3;
      for (let at = y * stride + 3 * x, end = at + 3; at < end; at++) {
        const here = values[at] as number;
        const around =
          (here + (values[at + above] as number) + (values[at + below] as number) + (values[at + left] as number) + (values[at + right] as number)) / 5;
        out[at] = here + amount * (here - around);
      }
    }
  }
  return out;
}
