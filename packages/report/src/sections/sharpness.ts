import { join } from 'node:path';
import { absent, table } from '../page/page.ts';
import { record } from '../read/read-run.ts';
import type { Subject } from '../read/subject.ts';
import { commandPath } from '../text/command-path.ts';
import { number } from '../text/format.ts';
import { type Html, html } from '../text/html.ts';

/** The `sharpness.json` of a run: what `gradalign sharpness <run> --json` prints. */
export function sharpnessSection({ sharpness, path }: Subject): Html {
  const domains = Object.entries(record(sharpness?.['domains']));
  if (domains.length === 0)
    return absent(`Not measured. gradalign sharpness ${commandPath(path)} --json > ${commandPath(join(path, 'sharpness.json'))} adds it to the next report.`);
  const value = (from: unknown, ...keys: string[]) => {
    const found = keys.reduce<unknown>((inner, key) => record(inner)[key], from);
    return typeof found === 'number' ? number(found) : 'unknown';
  };
  return html`${table(
    `Sharpness by domain, at distance ${value(sharpness, 'rho')}`,
    ['domain', 'role', 'loss', 'random, mean', 'adversarial', 'largest eigenvalue', 'gradient norm', 'weight norm'],
    domains.map(([name, one]) => [
      name,
      String(record(one)['role'] ?? ''),
      value(one, 'loss'),
      value(one, 'random', 'mean'),
      value(one, 'adversarial'),
      value(one, 'eigenvalue', 'value'),
      value(one, 'gradientNorm'),
      value(one, 'weightNorm'),
    ]),
    { text: [1] },
  )}<p class="note">Loss at the weights, at random weights and at adversarial weights at that distance. Compare only runs of the same network: the scale of the weights changes every figure.</p>`;
}
