import { NoSamplesError, OneClassError } from './errors.ts';

/** Which samples a figure needs. */
export type Kinds = 'both' | 'attacks' | 'bona fide';

/**
 * Refuses to go on where the samples that a figure needs are missing.
 *
 * @param figure named in the error: `Cannot compute <figure>: ...`
 * @throws NoSamplesError without any samples
 * @throws OneClassError where all samples are of the kind that does not suffice
 */
export function requireKinds(figure: string, needs: Kinds, { bonaFide, attacks }: { readonly bonaFide: number; readonly attacks: number }): void {
  const wanted = needs === 'both' ? 'bona fide samples and attacks' : needs === 'attacks' ? 'attacks' : 'bona fide samples';
  if (bonaFide + attacks === 0) throw new NoSamplesError(`Cannot compute ${figure}: there are no samples, expected ${wanted}`);
  if (needs !== 'bona fide' && attacks === 0) {
    throw new OneClassError(`Cannot compute ${figure}: all ${bonaFide} samples are bona fide, expected ${needs === 'both' ? 'attacks too' : wanted}`);
  }
  if (needs !== 'attacks' && bonaFide === 0) {
    throw new OneClassError(`Cannot compute ${figure}: all ${attacks} samples are attacks, expected ${needs === 'both' ? 'bona fide samples too' : wanted}`);
  }
}
