import { expect, it } from 'vitest';
import { html, printable } from './html.ts';

it('escapes what stands in the braces, as text and as an attribute', () => {
  const name = `<script>"'&`;
  expect(html`<p title="${name}">${name}</p>`.text).toBe('<p title="&#60;script&#62;&#34;&#39;&#38;">&#60;script&#62;&#34;&#39;&#38;</p>');
});

it('leaves markup of its own as it is, joins lists and drops undefined and false', () => {
  expect(html`<ul>${[1, 2].map((n) => html`<li>${n}</li>`)}${undefined}${false}</ul>`.text).toBe('<ul><li>1</li><li>2</li></ul>');
});

it('replaces escape sequences, marks that turn the direction of writing and halves of characters; tabs and line breaks stay', () => {
  expect(printable('\u001b[31mred\u0007')).toBe('\ufffd[31mred\ufffd');
  expect(printable('evil\u202egnp.exe')).toBe('evil\ufffdgnp.exe');
  expect(printable('\ud800 and 😀')).toBe('\ufffd and 😀');
  expect(printable('a\tb\nc')).toBe('a\tb\nc');
});
