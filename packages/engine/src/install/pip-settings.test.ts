import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { parsePipConfiguration, readPipSettings } from './pip-settings.ts';

function file(text: string): string {
  const path = join(temporaryFolder(), 'pip.conf');
  writeFileSync(path, text);
  return path;
}

test('keys are read with = and with :, with dashes and underscores, without comments', () => {
  const settings = parsePipConfiguration(
    '# first\n[global]\nindex-url = https://one.example/simple/\n; second\ncert: /etc/c.pem\nfind_links=/wheels\n\n[list]\nformat = columns\n',
  );
  expect([...settings]).toEqual([
    ['index-url', 'https://one.example/simple/'],
    ['cert', '/etc/c.pem'],
    ['find-links', '/wheels'],
  ]);
});

test('a value continues in indented lines', () => {
  const path = file('[global]\nextra-index-url =\n    https://two.example/simple\n    https://three.example/simple\nindex-url = https://one.example/simple\n');
  expect(readPipSettings({}, [path]).indexUrls).toEqual(['https://one.example/simple', 'https://two.example/simple', 'https://three.example/simple']);
});

test('[download] wins over [global] in any order', () => {
  expect(parsePipConfiguration('[download]\nindex-url = b\n[global]\nindex-url = a\n').get('index-url')).toBe('b');
});

test('the environment wins over files, and the first file over the second', () => {
  const [first, second] = [file('[global]\nindex-url = https://first.example/\n'), file('[global]\nindex-url = https://second.example/\ncert = /c.pem\n')];
  expect(readPipSettings({}, [first, second])).toEqual({ indexUrls: ['https://first.example/'], findLinks: [], cert: '/c.pem' });
  expect(readPipSettings({ PIP_INDEX_URL: 'https://env.example/' }, [first, second]).indexUrls).toEqual(['https://env.example/']);
});

test('with no-index only the links are left', () => {
  const env = { PIP_NO_INDEX: '1', PIP_INDEX_URL: 'https://one.example/', PIP_FIND_LINKS: '/wheels https://links.example/' };
  expect(readPipSettings(env, [])).toEqual({ indexUrls: [], findLinks: ['/wheels', 'https://links.example/'] });
});

test('there is no default index', () => {
  expect(readPipSettings({}, [join(temporaryFolder(), 'absent.conf')])).toEqual({ indexUrls: [], findLinks: [] });
});
