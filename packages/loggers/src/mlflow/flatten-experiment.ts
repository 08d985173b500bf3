/** An experiment as parameters: its values by path, `optimizer.base.learningRate`, `losses.0.use`; empty lists and maps are left out. */
export function flattenExperiment(experiment: object): Readonly<Record<string, string>> {
  const params: Record<string, string> = {};
  const walk = (value: unknown, path: string) => {
    if (typeof value === 'object' && value !== null) for (const [key, inner] of Object.entries(value)) walk(inner, path === '' ? key : `${path}.${key}`);
    else if (value !== undefined) params[path] = shortened(String(value));
  };
  walk(experiment, '');
  return params;
}

/** What every version of MLflow takes; later ones take more. */
const longest = 500;

function shortened(text: string): string {
  return text.length > longest ? `${text.slice(0, longest - 3)}...` : text;
}
