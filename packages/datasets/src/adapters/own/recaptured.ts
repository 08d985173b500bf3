import { completeOptions, defineDataset, type Named, type Sample, type Split, splits } from '@gradalign/core';
import { type Static, Type } from '@sinclair/typebox';
import { recapture } from '../../augmentations/recapture.ts';
import { attackOrLive } from '../../faces/attack-or-live.ts';
import { linksOption } from '../../plain-layout/links-option.ts';
import { checkSubject } from '../../plain-layout/subject-rule.ts';
import { findLiveFaces } from '../../recapture/live-faces.ts';
import { type RecaptureKind, rangeOptions, rangeProperties } from '../../recapture/options/recapture-ranges.ts';
import { sideAndQuality } from '../../recapture/options/side-and-quality.ts';

/** What attacks are made of live faces. */
export type AttackKind = Exclude<RecaptureKind, 'live'>;

const own = {
  root: Type.String({ format: 'path', description: 'Folder of live faces: the plain layout, or images without labels' }),
  domain: Type.Optional(Type.String({ minLength: 1, description: 'Folder of the domain inside root, as image-folder has it' })),
  subject: Type.Optional(Type.String({ description: "Regular expression whose one group is the subject in a video's name, as image-folder has it" })),
  links: Type.Optional(linksOption),
  split: Type.Unsafe<Split>({ type: 'string', enum: [...splits], default: 'train', description: 'Split of images in a folder without splits' }),
  kinds: Type.Array(Type.Unsafe<AttackKind>({ type: 'string', enum: ['print', 'replay'] }), {
    minItems: 1,
    uniqueItems: true,
    default: ['print', 'replay'],
    description: 'Attacks made from each live image',
  }),
  copies: Type.Integer({ minimum: 1, maximum: 100, default: 1, description: 'Attacks of each kind per live image' }),
  keepLive: Type.Boolean({ default: true, description: 'Whether the live images are samples too' }),
  liveThroughCamera: Type.Boolean({
    default: true,
    description: 'Whether live images go through the same hand motion, camera and compression; otherwise these, not the attack, separate the classes',
  }),
  ...sideAndQuality,
};

/** Live faces and attacks made from them, for users who have only bona fide images. */
export const recaptured = defineDataset({
  name: 'recaptured',
  summary: 'Live faces, and attacks made from them by printing or replaying and photographing again: bona fide images are enough',
  layout:
    '<root>/<split>/live/<video>/<frame>.jpg      the plain layout; attacks in it are left out\nor <root>/[<video>/]<image>.jpg              images without labels',
  options: Type.Unsafe<Static<ReturnType<typeof Type.Object<typeof own>>> & Readonly<Record<string, unknown>>>(
    Type.Object({ ...own, ...rangeProperties }, { additionalProperties: false }),
  ),
  check: checkSubject,
  async create({ root, domain, subject, links, split, kinds, copies, keepLive, liveThroughCamera, side: longest, quality: compression, ...options }, context) {
    const where = { root, split, ...(domain === undefined ? {} : { domain }), ...(subject === undefined ? {} : { subject }), ...(links && { links }) };
    const { samples, notes } = await findLiveFaces(where, context);
    // An unknown subject counts as one of its own: a held-out share must not separate a face from its attacks.
    const faces = samples.map((face) => ({ ...face, subject: face.subject ?? face.video ?? face.id }));
    const chain = (kind: RecaptureKind): readonly Named[] => [
      { ...completeOptions(recapture, { kind, side: longest, quality: compression, ...rangeOptions(options) }), use: recapture.name },
    ];
    const chains = { live: chain('live'), print: chain('print'), replay: chain('replay') };
    const through = (face: Sample, kind: RecaptureKind, id: string) =>
      'path' in face.image ? { ...face.image, through: { augmentations: chains[kind], key: id } } : face.image;
    const live = faces.map((face) => (liveThroughCamera ? { ...face, image: through(face, 'live', face.id) } : face));
    const attacks = kinds.flatMap((kind) =>
      Array.from({ length: copies }, (_, copy) =>
        faces.map((face): Sample => {
          const name = `${kind}-${copy + 1}`;
          const id = `${face.id}@${name}`;
          return {
            ...face,
            id,
            image: through(face, kind, id),
            label: 0,
            species: `${kind}/synthetic`,
            ...(face.video === undefined ? {} : { video: `${face.video}@${name}` }),
          };
        }),
      ).flat(),
    );
    return {
      classes: attackOrLive,
      samples: [...(keepLive ? live : []), ...attacks],
      notes: { ...notes, polarity: 'every image below root is live; attacks are made from them' },
    };
  },
});
