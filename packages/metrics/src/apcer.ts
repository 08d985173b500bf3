import { falseAcceptRate } from './error-rates.ts';
import { EmptySpeciesError } from './errors.ts';
import { requireKinds } from './kinds.ts';
import type { BinaryScores } from './scores.ts';

/** Scores of attacks with their instruments. */
export type Attacks = Pick<BinaryScores, 'attacks' | 'species'>;

/**
 * Attack presentation classification error rate of ISO/IEC 30107-3, by species of instrument, in the order of their names:
 * { print: 0.1, replay: 0.02 }. Shares in 0..1.
 *
 *     APCER_s = (number of attacks of species s with score >= threshold) / (number of attacks of species s)
 *
 * @param wanted species that must be there
 * @throws NoSamplesError without attacks
 * @throws EmptySpeciesError where one of `wanted` has no samples
 */
export function apcer({ attacks, species }: Attacks, threshold: number, wanted: readonly string[] = []): Record<string, number> {
  requireKinds('apcer', 'attacks', { attacks: attacks.length, bonaFide: 0 });
  const bySpecies = attacksBySpecies({ attacks, species }, wanted);
  return Object.fromEntries([...bySpecies].map(([name, scores]) => [name, falseAcceptRate(scores, threshold)]));
}

/** The APCER of the worst species, which is the one that counts in ISO/IEC 30107-3. */
export function worstApcer(scores: Attacks, threshold: number): number {
  return Object.values(apcer(scores, threshold)).reduce((worst, rate) => Math.max(worst, rate), 0);
}

/**
 * Scores of attacks by species, in the order of their names.
 *
 * @throws EmptySpeciesError where one of `wanted` has no samples
 */
export function attacksBySpecies({ attacks, species }: Attacks, wanted: readonly string[] = []): Map<string, number[]> {
  const bySpecies = new Map<string, number[]>();
  for (let i = 0; i < attacks.length; i++) {
    const name = species[i] as string;
    const known = bySpecies.get(name);
    if (known) known.push(attacks[i] as number);
    else bySpecies.set(name, [attacks[i] as number]);
  }
  const missing = wanted.find((name) => !bySpecies.has(name));
  const names = [...bySpecies.keys()].sort();
  if (missing !== undefined) {
    throw new EmptySpeciesError(
      `Cannot compute apcer: the species '${missing}' has no attacks, expected some (there are ${names.join(', ') || 'none at all'})`,
    );
  }
  return new Map(names.map((name) => [name, bySpecies.get(name) as number[]]));
}
