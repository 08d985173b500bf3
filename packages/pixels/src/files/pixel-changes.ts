import type { Metadata } from 'sharp';
import { profileName } from './profile-name.ts';

/** What turning an image upright by its EXIF orientation does (Exif 2.32, tag 274). */
const orientations: readonly string[] = [
  '',
  '',
  'mirrored',
  'turned 180 degrees',
  'mirrored upside down',
  'turned 90 degrees and mirrored',
  'turned 90 degrees',
  'turned 270 degrees and mirrored',
  'turned 270 degrees',
];

/** What decoding to 8-bit sRGB does to the pixels of an image, by its header: one entry each, without numbers that differ from image to image. */
export function pixelChanges({ orientation = 1, space, depth, pages = 1, format, icc }: Metadata): string[] {
  const changes: string[] = [];
  if (orientation > 1 && orientation < orientations.length) changes.push(`${orientations[orientation]} (EXIF orientation)`);
  const profile = icc && profileName(icc);
  if (space === 'cmyk') changes.push(profile === undefined ? 'CMYK converted to sRGB' : `CMYK (profile ${profile}) converted to sRGB`);
  else if (space === 'lab' || space === 'labs') changes.push('Lab converted to sRGB');
  else if (profile !== undefined && !/sRGB/i.test(profile)) changes.push(`profile ${profile} converted to sRGB`);
  if (depth === 'ushort') changes.push('16 bits reduced to 8');
  if (pages > 1) changes.push(format === 'tiff' ? 'first of several pages' : 'first of several frames');
  return changes;
}
