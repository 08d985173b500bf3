/** Text as it is, within Markdown and its tables: no markup, no HTML, one line; controls and marks that turn the direction of writing are dropped. */
export function plain(text: string): string {
  return (
    text
      .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
      .replace(/[\\`*_{}[\]()#+!|~$^]/g, '\\$&')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      // Renderers make links of bare addresses.
      .replace(/:\/\//g, ':\u200b//')
      .replace(/(^|\s)([-=]+|\d+[.)])(?=\s|$)/g, '$1\\$2')
      .trim()
  );
}

/** A table; cells are Markdown already. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/** `4.17 %`. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** Text as a value of YAML: a JSON string is one. */
export function yamlText(text: string): string {
  // A renderer that does not know front matter takes it for Markdown.
  return JSON.stringify(text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')).replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
}
