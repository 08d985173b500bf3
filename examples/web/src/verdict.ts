/** What is known about a picture, or about a stream so far. */
export interface Evidence {
  /** On the scale of the threshold; null where nothing could be judged. */
  readonly score: number | null;
  /** Why the picture, or the newest frame, is refused; null where it is not. */
  readonly reason: string | null;
}

/** A decision as the page shows it. */
export interface Verdict {
  /** For its color. */
  readonly kind: 'bona-fide' | 'attack' | 'refused' | 'undecided';
  readonly title: string;
  /** A sentence below it; empty where there is nothing to add. */
  readonly explanation: string;
}

/** The decision at a threshold; null: none is known, and none was chosen. */
export function verdictOf({ score, reason }: Evidence, threshold: number | null): Verdict {
  if (score === null) return { kind: 'refused', title: 'Not judged', explanation: sentence(reason ?? 'nothing was seen yet') };
  const explanation = reason === null ? '' : `The newest frame is left out: ${reason}.`;
  if (threshold === null) return { kind: 'undecided', title: 'No decision', explanation: 'The model has no threshold. Choose one below.' };
  return score >= threshold ? { kind: 'bona-fide', title: 'Bona fide', explanation } : { kind: 'attack', title: 'Presentation attack', explanation };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}
