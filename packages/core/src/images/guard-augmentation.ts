import { type Augmentation, interpolations, type PixelImage } from '../contracts/augmentation.ts';
import { blame, describeValue, PluginError, type PluginItem, runSync } from '../contracts/plugin-error.ts';
import type { Random } from '../contracts/seed.ts';

const hooks = ['pixels', 'geometry', 'view', 'color', 'erase'] as const;

/** An augmentation whose hooks return what its contract says; it may be used in a worker thread. */
export function guardAugmentation(made: unknown, item: PluginItem): Augmentation {
  if (typeof made !== 'object' || made === null)
    throw new PluginError(item, 'create()', `returns ${describeValue(made)}`, `an object with ${hooks.join(', ')}`);
  const augmentation = made as Augmentation;
  const odd = hooks.find((hook) => augmentation[hook] !== undefined && typeof augmentation[hook] !== 'function');
  if (odd) throw new PluginError(item, 'create()', `returns ${odd} as ${describeValue(augmentation[odd])}`, 'a function');
  const checked = <T>(where: string, expected: string, fits: (value: unknown) => boolean, body: () => T | undefined): T => {
    const value = runSync(item, where, expected, body);
    if (!fits(value)) throw new PluginError(item, where, `returns ${JSON.stringify(value) ?? describeValue(value)}`, expected);
    return value as T;
  };
  const { interpolation, clips } = augmentation;
  if (interpolation !== undefined && !interpolations.includes(interpolation))
    throw new PluginError(item, 'create()', `returns interpolation ${JSON.stringify(interpolation)}`, `one of ${interpolations.join(', ')}, or none`);
  const imageOf = async (hook: 'pixels' | 'view', image: PixelImage, random: Random): Promise<PixelImage> => {
    const same = hook === 'view' ? ` and ${image.width} x ${image.height} pixels` : '';
    const expected = `an image of ${image.channels} channels${same}: { data, width, height, channels }`;
    let changed: unknown;
    try {
      changed = await augmentation[hook]?.(image, random);
    } catch (error) {
      throw blame(item, `${hook}()`, expected, error);
    }
    if (!isImage(changed, image.channels) || (hook === 'view' && (changed.width !== image.width || changed.height !== image.height)))
      throw new PluginError(item, `${hook}()`, `returns ${describeImage(changed)}`, expected);
    return changed;
  };
  return {
    ...(interpolation === undefined ? {} : { interpolation }),
    ...(clips === undefined ? {} : { clips: Boolean(clips) }),
    ...(augmentation.pixels ? { pixels: (image, random) => imageOf('pixels', image, random) } : {}),
    ...(augmentation.view ? { view: (image, random) => imageOf('view', image, random) } : {}),
    ...(augmentation.geometry
      ? {
          geometry: (map, size, random) =>
            checked('geometry()', 'a map of six finite numbers: xx, xy, x0, yx, yy, y0', isMap, () => augmentation.geometry?.(map, size, random)),
        }
      : {}),
    ...(augmentation.color
      ? {
          color: (random) =>
            checked('color()', '{ matrix, offset } of finite numbers: 3 x 3 and 3, or 1 x 1 and 1', isColorMap, () => augmentation.color?.(random)),
        }
      : {}),
    ...(augmentation.erase
      ? { erase: (random, size) => checked('erase()', 'a list of { left, top, right, bottom, fill? }', isPartList, () => augmentation.erase?.(random, size)) }
      : {}),
  };
}

function isImage(value: unknown, channels: number): value is PixelImage {
  if (typeof value !== 'object' || value === null) return false;
  const { data, width, height, channels: own } = value as Partial<PixelImage>;
  const bytes = data instanceof Uint8Array || data instanceof Uint8ClampedArray;
  return (
    bytes &&
    Number.isInteger(width) &&
    Number(width) > 0 &&
    Number.isInteger(height) &&
    own === channels &&
    data.length === Number(width) * Number(height) * channels
  );
}

function describeImage(value: unknown): string {
  if (typeof value !== 'object' || value === null) return describeValue(value);
  const { data, width, height, channels } = value as { data?: { length?: number }; width?: unknown; height?: unknown; channels?: unknown };
  return `${data?.length ?? 'no'} values for ${String(width)} x ${String(height)} x ${String(channels)}`;
}

function isMap(value: unknown): boolean {
  return allFinite(value, ['xx', 'xy', 'x0', 'yx', 'yy', 'y0']);
}

function isColorMap(value: unknown): boolean {
  const { matrix, offset } = (typeof value === 'object' && value !== null ? value : {}) as { matrix?: unknown; offset?: unknown };
  const size = Array.isArray(offset) ? offset.length : 0;
  const row = (one: unknown) => Array.isArray(one) && one.length === size && one.every(Number.isFinite);
  return (size === 1 || size === 3) && row(offset) && Array.isArray(matrix) && matrix.length === size && matrix.every(row);
}

function isPartList(value: unknown): boolean {
  return Array.isArray(value) && value.every((part) => allFinite(part, ['left', 'top', 'right', 'bottom']) && isFill((part as { fill?: unknown }).fill));
}

function isFill(value: unknown): boolean {
  return value === undefined || value === 'mean' || value === 'region-mean' || Number.isFinite(value);
}

function allFinite(value: unknown, keys: readonly string[]): boolean {
  return typeof value === 'object' && value !== null && keys.every((key) => Number.isFinite((value as Record<string, unknown>)[key]));
}
