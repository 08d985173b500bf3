import { defineDataset } from '@gradalign/core';
import { Type } from '@sinclair/typebox';
import { attackOrLive } from '../../faces/attack-or-live.ts';
import { readPlainFolder } from '../../plain-layout/read-plain-folder.ts';

/**
 * Images in the plain layout:
 *
 *     <root>/<domain>/<split>/live/<video>/<frame>.jpg
 *     <root>/<domain>/<split>/attack/<species>/<video>/<frame>.jpg       species may be left out, or be finer: replay/ipad
 *
 * `root` is the folder of the domain itself, or one that holds several: then `domain` names one, or the experiment's key for it does.
 * Splits are train, dev and test; live may be called real, and attack spoof or fake; case does not matter. Files are JPEG and PNG.
 * A folder that holds images is a video. Images right under live, attack or a well-known species (print, replay, mask, cut-print, other) stand alone.
 *
 * The subject, by which a share is held out, is the text before the first `_` in the video's name, unless option `subject` says otherwise:
 * OULU-NPU's `6_3_20_5` (phone, session, user, file) needs `subject: '^\d+_\d+_(\d+)_'`. A video without a subject counts for itself.
 *
 * Broken and empty files are samples too; whoever loads them says so (`gradalign data inspect` lists them all).
 */
export const imageFolder = defineDataset({
  name: 'image-folder',
  summary: 'JPEG and PNG files in folders <domain>/<split>/{live,attack/<species>}/<video>/',
  options: Type.Object(
    {
      root: Type.String({ format: 'path', description: 'Folder of the domain, or a folder that holds domains' }),
      domain: Type.Optional(Type.String({ minLength: 1, description: "Folder of the domain inside root; default: the one called like the experiment's key" })),
      subject: Type.Optional(
        Type.String({ description: "Regular expression whose one group is the subject in a video's name; default: the text before the first _ " }),
      ),
    },
    { additionalProperties: false },
  ),
  folderOnly: true,
  async create(options, context) {
    return { classes: attackOrLive, ...(await readPlainFolder(options, context)) };
  },
});
