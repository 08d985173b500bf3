/**
 * Weight names are paths: `layer1/0/conv1/kernel`. In a pattern `*` stands for anything within one part, `**` for any number of parts,
 * and a leading `!` turns the answer round: `head/**`, `!head/**`, `**\/gamma`.
 */
export function matchesPattern(pattern: string, name: string): boolean {
  if (pattern.startsWith('!')) return !matchesPattern(pattern.slice(1), name);
  return expression(pattern).test(name);
}

const expressions = new Map<string, RegExp>();

function expression(pattern: string): RegExp {
  let found = expressions.get(pattern);
  if (!found) {
    const source = pattern
      .split('/')
      .map((part) => (part === '**' ? '**' : part.replace(/[.+^${}()|[\]\\?]/g, '\\$&').replace(/\*/g, '[^/]*')))
      .join('/')
      .replace(/\/\*\*$/, '(?:/.*)?')
      .replace(/^\*\*\//, '(?:.*/)?')
      .replace(/\/\*\*\//g, '/(?:.*/)?')
      .replace(/^\*\*$/, '.*');
    found = new RegExp(`^${source}$`);
    expressions.set(pattern, found);
  }
  return found;
}
