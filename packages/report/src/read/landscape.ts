import { isNumber, record } from './read-run.ts';

/** A run's `landscape.json`, complete. */
export interface Landscape {
  /** Points along each direction, odd. */
  readonly points: number;
  /** The largest distance along each. */
  readonly radius: number;
  readonly checkpoint: string;
  readonly domains: readonly MeasuredDomain[];
}

/** The losses of one domain. */
export interface MeasuredDomain {
  readonly name: string;
  readonly role: string;
  /** Number of images. */
  readonly samples: number;
  /** Row by row; null where the loss is not finite. */
  readonly losses: readonly (number | null)[];
}

/** The landscape; or why it cannot be drawn. */
export function landscapeOf(file: Readonly<Record<string, unknown>>): Landscape | { readonly error: string } {
  const { kind, points, radius, measured, checkpoint } = file;
  const broken = { error: 'landscape.json is damaged' };
  if (kind !== 'loss landscape') return { error: 'landscape.json is no loss landscape' };
  if (!isNumber(points) || !Number.isInteger(points) || points < 3 || points % 2 === 0 || points > 1001 || !isNumber(radius) || radius <= 0) return broken;
  if (measured !== points * points) return { error: `${String(measured)} of ${points * points} points are measured` };
  const domains = Object.entries(record(file['domains'])).map(([name, domain]) => ({ name, ...record(domain) }) as MeasuredDomain);
  const complete = ({ losses }: MeasuredDomain) =>
    Array.isArray(losses) && losses.length === points * points && losses.every((loss) => loss === null || isNumber(loss)) && losses.some(isNumber);
  if (domains.length === 0 || !domains.every(complete)) return broken;
  return {
    ...{ points, radius, checkpoint: String(checkpoint ?? 'unknown') },
    domains: domains.map(({ name, role, samples, losses }) => ({ name, role: String(role ?? ''), samples: isNumber(samples) ? samples : 0, losses })),
  };
}

/** The same landscape on at most so many points along each direction, evenly spaced, the solution among them. */
export function thinLandscape(landscape: Landscape, most: number): Landscape {
  const { points, radius, domains } = landscape;
  if (points <= most) return landscape;
  const half = (points - 1) / 2;
  const stride = Math.ceil(half / Math.floor((most - 1) / 2));
  const kept = Math.floor(half / stride);
  const lines = Array.from({ length: 2 * kept + 1 }, (_, i) => half + (i - kept) * stride);
  return {
    ...landscape,
    ...{ points: lines.length, radius: (radius * kept * stride) / half },
    domains: domains.map((domain) => ({ ...domain, losses: lines.flatMap((row) => lines.map((column) => domain.losses[row * points + column] ?? null)) })),
  };
}
