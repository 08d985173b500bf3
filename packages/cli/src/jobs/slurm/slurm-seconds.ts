/**
 * A time as sbatch reads it, in seconds: minutes, minutes:seconds, hours:minutes:seconds, days-hours, days-hours:minutes or days-hours:minutes:seconds;
 * Infinity for UNLIMITED. Undefined for anything else, and for none at all (0), which sbatch takes for no limit.
 */
export function slurmSeconds(time: string | number): number | undefined {
  const text = String(time).trim();
  if (/^(unlimited|infinite)$/i.test(text)) return Number.POSITIVE_INFINITY;
  const [, days, clock = ''] = /^(?:(\d{1,6})-)?(\d{1,7}(?::\d{1,7}){0,2})$/.exec(text) ?? [];
  const parts = clock.split(':').map(Number);
  if (clock === '') return undefined;
  const [first = 0, second = 0, third = 0] = parts;
  const withDays = () => 86_400 * Number(days) + 3600 * first + 60 * second + third;
  const without = () => (parts.length === 3 ? 3600 * first + 60 * second + third : 60 * first + second);
  const seconds = days === undefined ? without() : withDays();
  return seconds > 0 ? seconds : undefined;
}
