import { createHash } from 'node:crypto';

/**
 * A name as MLflow takes it: letters, digits, `_ - . : /` and spaces, a path without empty or dotted parts, at most 250 characters. `tpr@fpr=1%` becomes
 * `tpr at fpr 1 percent`. A name that loses characters ends in a digest of the original, so that no two names become one.
 */
export function metricName(name: string): string {
  const spelled = name.replaceAll('@', ' at ').replaceAll('=', ' ').replaceAll('%', ' percent');
  const plain = spelled
    .replace(/[^\w\-.: /]/gu, '_')
    .split('/')
    .map((part) => (/^\.*$/.test(part) ? '_' : part))
    .join('/');
  if (plain === spelled && plain.length <= longest) return plain;
  return `${plain.slice(0, longest - 9)}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
}

const longest = 250;
