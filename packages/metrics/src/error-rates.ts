/** FAR, the pooled APCER: share of attacks that are accepted (score >= threshold), 0..1; NaN where there are none. */
export function falseAcceptRate(attacks: ArrayLike<number>, threshold: number): number {
  let accepted = 0;
  for (let i = 0; i < attacks.length; i++) if ((attacks[i] as number) >= threshold) accepted++;
  return accepted / attacks.length;
}

/** FRR, the BPCER: share of bona fide samples that are refused (score < threshold), 0..1; NaN where there are none. */
export function falseRejectRate(bonaFide: ArrayLike<number>, threshold: number): number {
  let refused = 0;
  for (let i = 0; i < bonaFide.length; i++) if ((bonaFide[i] as number) < threshold) refused++;
  return refused / bonaFide.length;
}
