/**
 * Circles of imports: for each group of files that reach each other, the shortest way from one of them back to itself.
 * @template {{ from: string, to: string }} Import
 * @param {readonly Import[]} imports
 * @returns {Import[][]}
 */
export function findCircles(imports) {
  const leaving = group(imports);
  const reached = new Map([...leaving.keys()].map((file) => [file, reach(file)]));
  const circles = [];
  const done = new Set();
  for (const file of [...leaving.keys()].sort()) {
    if (done.has(file) || !reached.get(file).has(file)) continue;
    const mutual = [...reached.get(file)].filter((other) => reached.get(other)?.has(file));
    for (const one of mutual) done.add(one);
    const ways = mutual.map(shortestWayBack).sort((a, b) => a.length - b.length || (a[0].from < b[0].from ? -1 : 1));
    circles.push(ways[0]);
  }
  return circles;

  function reach(start) {
    const seen = new Set();
    const open = [start];
    for (let file = open.pop(); file !== undefined; file = open.pop())
      for (const { to } of leaving.get(file) ?? [])
        if (!seen.has(to)) {
          seen.add(to);
          open.push(to);
        }
    return seen;
  }

  function shortestWayBack(start) {
    let ways = [[]];
    const seen = new Set();
    while (ways.length > 0) {
      const longer = [];
      for (const way of ways)
        for (const step of leaving.get(way.at(-1)?.to ?? start) ?? []) {
          if (step.to === start) return [...way, step];
          if (seen.has(step.to)) continue;
          seen.add(step.to);
          longer.push([...way, step]);
        }
      ways = longer;
    }
    return [];
  }
}

function group(imports) {
  const groups = new Map();
  for (const one of imports) groups.set(one.from, [...(groups.get(one.from) ?? []), one]);
  return groups;
}
