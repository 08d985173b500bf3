import { describe, expect, it } from 'vitest';
import { listedPath } from './listed-path.ts';

describe('a path in a list', () => {
  it('is an id: slashes, composed letters, no dots', () => {
    expect(listedPath('train\\real\\é.mov'.normalize('NFD'))).toBe('train/real/é.mov'.normalize('NFC'));
    expect(listedPath('./train//real/./a.mov')).toBe('train/real/a.mov');
    expect(listedPath('train/x/../real/a.mov')).toBe('train/real/a.mov');
  });

  it('is none where it leads outside the root, or nowhere', () => {
    for (const path of ['../x', 'a/../../x', '..\\..\\x', '/etc/passwd', 'C:\\data\\x', '\\\\server\\x', '.', 'a/..'])
      expect(listedPath(path), path).toBeUndefined();
  });
});
