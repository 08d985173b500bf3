/**
 * Whether a pattern matches a weight name. Names are paths: `layer1/0/conv1/kernel`. In a pattern `*` matches anything within one part, `**` any number
 * of parts, and a leading `!` negates: `head/**`, `!head/**`, `**\/gamma`.
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
