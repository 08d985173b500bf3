import { type TSchema, Type } from '@sinclair/typebox';
import { byName } from '../files/shape-problem.ts';

const number = Type.Number();
const count = Type.Integer({ minimum: 0 });
const text = Type.String();
/** A number that is not finite is null in JSON. */
const figure = Type.Union([number, Type.Null()]);
const optional = <T extends TSchema>(schema: T) => Type.Optional(schema);

const nonResponse = Type.Object({ attacks: count, bonaFide: count });
const level = Type.Object({
  ...{ n: Type.Number({ minimum: 0 }), figures: byName(Type.Unknown()), nonResponse: optional(nonResponse) },
  ...{ bonaFide: optional(count), attacks: optional(count), threshold: optional(figure), thresholdFrom: optional(text), resampled: optional(text) },
});
const levels = Type.Object({ frame: level, video: level });
const block = Type.Object({ domains: byName(levels), pooled: levels });
const unavailable = Type.Object({ error: text });
const scale = Type.Union([Type.Literal('probability'), Type.Literal('logit')]);
const evaluation = Type.Object({
  classes: Type.Array(text),
  aggregate: optional(Type.Union([Type.Literal('mean'), Type.Literal('median'), Type.Literal('max')])),
  scale: optional(scale),
  literature: optional(block),
  deployable: optional(Type.Union([block, unavailable])),
  figures: optional(block),
});
const point = Type.Object({ value: number, from: optional(text) });
const thresholds = Type.Union([Type.Object({ frame: point, video: point, scale: optional(scale) }), unavailable]);
const weightsFigures = { thresholds, validation: optional(byName(figure)), evaluation: optional(evaluation) };

const part = Type.Object({ clips: byName(byName(count)), images: count, subjects: count, withoutSubject: count });
const protocol = Type.Object({
  ...{ name: optional(text), sources: Type.Array(text), targets: Type.Array(text), holdOut: number, seed: number },
  ...{ splits: byName(Type.Array(text)), training: byName(part), heldOut: byName(part), test: byName(part) },
  checks: Type.Object({
    ...{ heldOutDisjoint: Type.Boolean(), shared: Type.Array(text) },
    ...{ targetsDisjoint: Type.Boolean(), sharedFiles: Type.Array(text) },
  }),
});
const identity = Type.Object({
  digest: Type.String({ pattern: '^[0-9a-f]+$' }),
  settings: byName(Type.Unknown()),
  data: byName(Type.Object({ fingerprint: text, samples: count })),
});
const leftOut = Type.Object({ kind: text, what: text, why: text, label: optional(count), images: optional(count) });

/** What readers of results rely on, whoever wrote them: a run may come from somebody else. There may be more. */
export const resultsShape = Type.Object({
  method: text,
  classes: Type.Array(text),
  epochs: count,
  steps: byName(count),
  checkpoint: Type.String({ minLength: 1 }),
  seconds: Type.Object({ training: Type.Number({ minimum: 0 }), evaluation: Type.Number({ minimum: 0 }) }),
  weights: optional(byName(Type.Union([unavailable, Type.Object(weightsFigures)]))),
  identity: optional(identity),
  protocol: optional(protocol),
  preparation: optional(byName(Type.Union([byName(Type.Unknown()), Type.Null()]))),
  leftOut: optional(byName(Type.Array(leftOut))),
  pixels: optional(byName(count)),
  extended: optional(Type.Array(Type.Object({ about: text }))),
  ...weightsFigures,
});
