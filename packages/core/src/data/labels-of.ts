/** The different labels of samples or videos, ascending. */
export function labelsOf(labeled: readonly { readonly label: number }[]): number[] {
  return [...new Set(labeled.map(({ label }) => label))].sort((a, b) => a - b);
}
