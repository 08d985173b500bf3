import { defineDataset } from '@gradalign/core';
import { Type } from '@sinclair/typebox';
import { attackOrLive } from '../../faces/attack-or-live.ts';
import { linksOption } from '../../plain-layout/links-option.ts';
import { readPlainFolder } from '../../plain-layout/read-plain-folder.ts';
import { checkSubject } from '../../plain-layout/subject-rule.ts';

/**
 * Images in the plain layout:
 *
 *     <root>/<domain>/<split>/live/<video>/<frame>.jpg
 *     <root>/<domain>/<split>/attack/<species>/<video>/<frame>.jpg       species may be omitted, or finer: replay/ipad
 *
 * `root` is the folder of the domain itself, or one that holds several: then `domain` selects one, by default the one named like the experiment's key.
 * Splits are train, dev and test; live may be called real, and attack spoof or fake; case does not matter. `print`, `replay`,
 * `mask` and `cut-print` may stand where `attack` does; without folders of splits all is train. Files are JPEG, PNG, WebP, TIFF, AVIF, BMP and GIF.
 * A folder with images is a video. Images directly under live, attack or a well-known species (print, replay, mask, cut-print, other) stand alone.
 *
 * The subject, by which images are held out, is the text before the first `_` in the video's name, unless option `subject` is set:
 * OULU-NPU's `6_3_20_5` (phone, session, user, file) needs `subject: '^\d+_\d+_(\d+)_'`. A video without a subject counts as its own.
 *
 * Broken and empty files are samples too; loading reports them (`gradalign data inspect` lists them all).
 */
export const imageFolder = defineDataset({
  name: 'image-folder',
  summary: 'pictures in folders <domain>/<split>/{live,attack/<species>}/<video>/',
  options: Type.Object(
    {
      root: Type.String({ format: 'path', description: 'Folder of the domain, or a folder that holds domains' }),
      domain: Type.Optional(Type.String({ minLength: 1, description: "Folder of the domain inside root; default: the one named like the experiment's key" })),
      subject: Type.Optional(
        Type.String({ description: "Regular expression whose one group is the subject in a video's name; default: the text before the first _ " }),
      ),
      links: Type.Optional(linksOption),
    },
    { additionalProperties: false },
  ),
  folderOnly: true,
  check: checkSubject,
  async create(options, context) {
    return { classes: attackOrLive, ...(await readPlainFolder(options, context)) };
  },
});
