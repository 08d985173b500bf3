const minus = '−';

/** With so many decimals and a real minus sign; a score that rounds to zero has none. */
export function decimal(value: number, digits = 2): string {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `${minus}${text}` : text;
}

/** A share in 0..1 as percent: `2.5 %`, `100 %`. */
export function percent(share: number): string {
  const value = Math.round(1000 * share) / 10;
  return `${decimal(value, Number.isInteger(value) ? 0 : 1)} %`;
}

/** `14.2 MB`, `310 kB`. */
export function fileSize(bytes: number): string {
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.ceil(bytes / 1e3)} kB`;
}
