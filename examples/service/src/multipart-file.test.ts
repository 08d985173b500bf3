import { describe, expect, it } from 'vitest';
import { multipartFile } from './multipart-file.ts';

const type = 'multipart/form-data; boundary=xx';
const part = (content: string, header = 'filename="a.png"', more = '') =>
  `--xx\r\nContent-Disposition: form-data; name="a"; ${header}\r\n${more}\r\n${content}\r\n`;
const file = (text: string, contentType = type) => {
  const { type: found, bytes } = multipartFile(Buffer.from(text, 'latin1'), contentType);
  return [found, Buffer.from(bytes).toString('latin1')];
};

describe('multipartFile', () => {
  it('finds the file, whatever bytes it has and whatever stands around it', () => {
    expect(file(`${part('abc')}--xx--\r\n`)).toEqual(['', 'abc']);
    expect(file(`before\r\n${part('a\r\n--x\r\n\r\n\0b', 'filename="a"', 'Content-Type: image/png\r\n')}--xx--after`)).toEqual([
      'image/png',
      'a\r\n--x\r\n\r\n\0b',
    ]);
    expect(file(`${part('text', 'x=1')}${part('abc', "filename*=UTF-8''%C3%A9")}--xx--`, 'Multipart/Form-Data; charset=utf-8; Boundary="xx"')).toEqual([
      '',
      'abc',
    ]);
  });

  it('reads what fetch sends', async () => {
    const form = new FormData();
    form.set('note', 'text');
    form.set('file', new Blob(['abc\r\n'], { type: 'image/webp' }), 'ä".webp');
    const request = new Request('http://localhost/', { method: 'POST', body: form });
    const { type: found, bytes } = multipartFile(Buffer.from(await request.clone().arrayBuffer()), request.headers.get('content-type') as string);
    expect([found, Buffer.from(bytes).toString()]).toEqual(['image/webp', 'abc\r\n']);
  });

  it.each([
    ['', 'no whole multipart form'],
    ['--xx', 'no whole multipart form'],
    ['--xx--', 'the form has 0 files'],
    [part('abc'), 'no whole multipart form'],
    [`${part('abc', 'x=1')}--xx--`, 'the form has 0 files'],
    [`${part('a')}${part('b')}--xx--`, 'the form has 2 files'],
    [`${part('')}--xx--`, 'the file of the form is empty'],
    [`--xx\r\nX: ${'a'.repeat(9000)}\r\n\r\nabc\r\n--xx--`, 'no whole multipart form'],
    [`--xx\r\nno blank line\r\n--xx--`, 'no whole multipart form'],
    [`${part('a').repeat(17)}--xx--`, 'more than 16 fields'],
  ])('refuses %j', (text, why) => {
    expect(() => file(text)).toThrow(why);
  });

  it('needs a boundary', () => {
    expect(() => file(part('a'), 'multipart/form-data')).toThrow('has no boundary');
  });

  it('does not search on in a form with a million fields', () => {
    const many = Buffer.from(`${part('a').repeat(250_000)}--xx--`);
    const start = performance.now();
    expect(() => multipartFile(many, type)).toThrow('more than 16 fields');
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
