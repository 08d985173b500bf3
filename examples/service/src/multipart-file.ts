import { ProblemError } from './problem.ts';

/** A file of a form. */
export interface FormFile {
  /** As its part says it; empty where it says none. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** A form for a picture has few other fields; parsers of whole forms take minutes for millions of them. */
const mostParts = 16;
/** Bytes of the headers of a part. */
const mostHeaders = 8192;

/**
 * The only file of a multipart form (RFC 7578), as a view of the body.
 *
 * @param contentType with its boundary
 * @throws ProblemError
 */
export function multipartFile(body: Buffer, contentType: string): FormFile {
  const files = [...partsOf(body, contentType)].flatMap(({ headers, bytes }) => {
    if (!/^content-disposition:[^\r\n]*;\s*filename\*?=/im.test(headers)) return [];
    return [{ type: /^content-type:[ \t]*([^\r\n]*)/im.exec(headers)?.[1]?.trim() ?? '', bytes }];
  });
  const [file] = files;
  if (!file || files.length > 1) throw malformed(`the form has ${files.length} files, expected one`);
  if (file.bytes.length === 0) throw malformed('the file of the form is empty, expected a picture or a clip');
  return file;
}

/** RFC 2046, 5.1.1: a delimiter is a line that begins with two dashes and the boundary; the last one ends with two more dashes. */
function* partsOf(body: Buffer, contentType: string): Generator<{ readonly headers: string; readonly bytes: Buffer }> {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw malformed('the Content-Type of the form has no boundary, expected multipart/form-data; boundary=...');
  const cutOff = () => malformed('the body is no whole multipart form, expected one with a file');
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  const first = delimiter.subarray(2);
  let at = body.subarray(0, first.length).equals(first) ? first.length : body.indexOf(delimiter) + delimiter.length;
  if (at < delimiter.length && at !== first.length) throw cutOff();
  for (let parts = 0; body.toString('latin1', at, at + 2) !== '--'; parts++) {
    if (parts === mostParts) throw malformed(`the form has more than ${mostParts} fields, expected a file`);
    const start = body.indexOf('\r\n', at) + 2;
    const end = body.indexOf(delimiter, at);
    const blank = body.subarray(start - 2, start + mostHeaders).indexOf('\r\n\r\n');
    if (start === 1 || end < 0 || blank < 0) throw cutOff();
    const content = start + 2 + blank;
    if (content > end) throw cutOff();
    yield { headers: body.toString('latin1', start, start - 2 + blank), bytes: body.subarray(content, end) };
    at = end + delimiter.length;
  }
}

function malformed(detail: string): ProblemError {
  return new ProblemError('malformed-request', detail);
}
