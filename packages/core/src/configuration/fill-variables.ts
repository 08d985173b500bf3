import type { ScalarNode } from './config-node.ts';

/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

const reference = /\$(\$\{)|\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g;
/** What these variables hold is not for files and messages. */
const secret = /TOKEN|SECRET|KEY|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL/i;

/**
 * Fills in `${NAME}` and `${NAME:-default}`; `$${` is `${` itself. What a variable holds stays as it is, whatever characters it has. Variables that
 * are not set, and those whose names say that they are secret, are noted: everything that an experiment says is recorded.
 */
export function fillVariables(
  text: string,
  env: Environment,
  note: (message: string) => void,
): Pick<ScalarNode, 'value' | 'loose' | 'written'> & { value: string } {
  if (!text.includes('${')) return { value: text };
  const odd = malformed(text);
  if (odd !== undefined) note(`${odd} is no variable, expected \${NAME} or \${NAME:-default}, without variables in the default; $\${ stands for \${ itself`);
  let filled = false;
  const value = text.replace(reference, (_, escaped: string | undefined, name: string, fallback: string | undefined) => {
    if (escaped !== undefined) return escaped;
    filled = true;
    if (secret.test(name)) {
      note(
        `the variable ${name} is secret by its name and what stands here is recorded with the run, expected a variable without TOKEN, SECRET, KEY or PASSWORD in its name`,
      );
      return '';
    }
    const found = env[name] ?? fallback;
    if (found === undefined) note(`the environment variable ${name} is not set, expected it, or a default: \${${name}:-...}`);
    return found ?? '';
  });
  return { value, ...(filled ? { loose: true, written: text } : {}) };
}

/** What begins like a variable and is none: `${DATA`, `${DATA-/data}`, `${A:-${B}}`. */
function malformed(text: string): string | undefined {
  const rest = text.replace(reference, (found, _escaped, _name, fallback: string | undefined) => (fallback?.includes('${') ? found : ' '));
  const at = rest.indexOf('${');
  return at < 0 ? undefined : rest.slice(at, at + 60);
}

/** The names of the variables in a text. */
export function variablesIn(text: string): readonly string[] {
  return [...text.matchAll(reference)].flatMap(([, escaped, name]) => (escaped === undefined && name !== undefined ? [name] : []));
}
