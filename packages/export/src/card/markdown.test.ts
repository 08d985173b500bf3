import { expect, it } from 'vitest';
import { plain, yamlText } from './markdown.ts';

const markup = 'a|b\\`<script>alert(1)</script>\n# %_$ [x](javascript:1) \u001b[2J\u202e & "q"';

it('a name in front matter is one line of a JSON string without markup, and reads as what it was', () => {
  const text = yamlText(markup);
  for (const character of '<>&\n\u001b\u202e') expect(text).not.toContain(character);
  expect(JSON.parse(text)).toBe('a|b\\`<script>alert(1)</script> # %_$ [x](javascript:1)  [2J  & "q"');
});

it('a name in a table has no cell, tag, link, heading or control of its own', () => {
  expect(plain(markup)).toBe('a\\|b\\\\\\`&lt;script&gt;alert\\(1\\)&lt;/script&gt; \\# %\\_\\$ \\[x\\]\\(javascript:1\\)  \\[2J  &amp; "q"');
});
