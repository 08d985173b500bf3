/**
 * A file of the page; undefined where there is none.
 *
 * @throws Error where the server does not answer, or with something else
 */
export async function fetchFile(address: string): Promise<Uint8Array | undefined> {
  let response: Response;
  try {
    // A model that was exported anew has the same name.
    response = await fetch(address, { cache: 'no-cache' });
  } catch (cause) {
    throw new Error(`Cannot fetch ${address}: the server does not answer, expected the one that the page came from`, { cause });
  }
  // Some servers answer with their page where there is no file.
  if (response.status === 404 || response.headers.get('content-type')?.startsWith('text/html')) return undefined;
  if (!response.ok) throw new Error(`Cannot fetch ${address}: the server answers ${response.status}, expected the file`);
  return new Uint8Array(await response.arrayBuffer());
}
