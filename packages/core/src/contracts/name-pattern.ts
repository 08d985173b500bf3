/**
 * Whether a pattern matches a weight name. Names are paths: `layer1/0/conv1/kernel`. In a pattern `*` matches anything within one part, `**` any number
 * of parts, and a leading `!` negates: `head/**`, `!head/**`, `**\/gamma`.
 */
export function matchesPattern(pattern: string, name: string): boolean {
  if (pattern.startsWith('!')) return !matchesPattern(pattern.slice(1), name);
  return matchesAll(pattern.split('/'), name.split('/'), '**', matchesPart);
}

function matchesPart(pattern: string, part: string): boolean {
  return matchesAll([...pattern], [...part], '*', (a, b) => a === b);
}

/**
 * Whether the items match the wanted ones, of which `any` stands for any number. Goes back to the last `any` only, which suffices: at most the product
 * of the lengths in comparisons, whatever the pattern.
 */
function matchesAll(wanted: readonly string[], items: readonly string[], any: string, matches: (wanted: string, item: string) => boolean): boolean {
  let [w, i] = [0, 0];
  let back: { readonly w: number; i: number } | undefined;
  while (i < items.length) {
    if (wanted[w] === any) back = { w: ++w, i };
    else if (w < wanted.length && matches(wanted[w] as string, items[i] as string)) {
      w++;
      i++;
    } else if (back) {
      w = back.w;
      i = ++back.i;
    } else return false;
  }
  while (wanted[w] === any) w++;
  return w === wanted.length;
}
