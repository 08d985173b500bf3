/** Markup that may stand in a page as it is. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in the braces of `html`. Text is escaped; an Html is not; a list is joined; undefined and false are nothing. */
export type Content = Html | string | number | undefined | false | readonly Content[];

/**
 * A template whose values are escaped:
 *
 *     html`<p>${'<script>'}</p>`.text   // '<p>&lt;script&gt;</p>'
 */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(parts.map((part, i) => (i === 0 ? part : `${markup(values[i - 1])}${part}`)).join(''));
}

function markup(value: Content): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(markup).join('');
  return escapeHtml(String(value));
}

/** For element content and for attributes in double or single quotes. */
function escapeHtml(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * Text from outside in a form that does nothing: control characters (escape sequences of terminals, NUL) and marks that turn the direction of
 * writing become U+FFFD; tabs and line breaks stay.
 */
export function printable(text: string): string {
  return text.replace(/(?![\t\n])\p{Cc}|\p{Bidi_Control}|\p{Cs}|\p{Noncharacter_Code_Point}/gu, '\ufffd');
}
