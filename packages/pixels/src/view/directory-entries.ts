/** An entry of a directory of a TIFF file or EXIF block. */
export interface DirectoryEntry {
  readonly tag: number;
  /** Where its value stands, or where that is found: after tag, type and count. */
  readonly at: number;
  /** Byte order of all numbers. */
  readonly little: boolean;
}

/**
 * The entries of the first directory (TIFF 6.0, section 2), read one after another.
 *
 * @param view begins where the byte order is named
 * @throws RangeError where the block is cut off
 */
export function* directoryEntries(view: DataView): Generator<DirectoryEntry, void> {
  const little = view.getUint16(0) === 0x4949;
  const directory = view.getUint32(4, little);
  for (let i = 0, entry = directory + 2; i < view.getUint16(directory, little); i++, entry += 12)
    yield { tag: view.getUint16(entry, little), at: entry + 8, little };
}
