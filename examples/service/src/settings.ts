import { availableParallelism } from 'node:os';
import { loadSettings } from '@gradalign/core/settings';
import { type Static, Type } from '@sinclair/typebox';

const mebibyte = 2 ** 20;
const whole = (description: string, value: number, minimum = 1, maximum = Number.MAX_SAFE_INTEGER) =>
  Type.Integer({ minimum, maximum, default: value, description });
const seconds = (description: string, value: number) => Type.Number({ exclusiveMinimum: 0, maximum: 3600, default: value, description });
const closed = { additionalProperties: false } as const;

/** Everything that can be set, with its default. A default that the machine decides stands where it is used. */
export const settingsSchema = Type.Object(
  {
    model: Type.String({ minLength: 1, description: 'the .onnx file that gradalign export wrote' }),
    golden: Type.Optional(Type.String({ minLength: 1, description: 'its golden.json; default: the one beside the model' })),
    host: Type.String({ minLength: 1, default: '127.0.0.1', description: 'address to listen on; 0.0.0.0: all' }),
    port: whole('0: any that is free', 8080, 0, 65535),
    runtime: Type.Union([Type.Literal('onnxruntime-web'), Type.Literal('onnxruntime-node')], {
      default: 'onnxruntime-web',
      description: 'what computes the model; onnxruntime-node has to be installed',
    }),
    cropped: Type.Boolean({ default: false, description: 'pictures are face crops already, made as the metadata of the model say' }),
    processes: Type.Integer({ minimum: 1, maximum: 256, default: availableParallelism(), description: 'that judge, one picture or clip at a time' }),
    queue: whole('requests that may wait for a process; more are answered with 503', 16, 0),
    uploads: whole('requests that may send their body at a time; more are answered with 503', 32),
    limits: Type.Object(
      {
        pictureBytes: whole('of a picture', 10 * mebibyte),
        clipBytes: whole('of a clip', 32 * mebibyte),
        pixels: whole('of a picture, or of a frame of a clip', 16_000_000, 1, 2 ** 27),
        clipSeconds: seconds('of a clip', 30),
        clipFrames: whole('of a clip', 3600),
      },
      { ...closed, default: {} },
    ),
    // A default here would stand in for what the model says.
    frames: Type.Optional(
      Type.Integer({ minimum: 1, description: 'of a clip that are judged; default: as many as the run scored, 10 where the model does not say' }),
    ),
    seconds: Type.Object(
      {
        receive: seconds('until a request has arrived whole', 30),
        judge: seconds('for a picture or clip, without waiting', 20),
        start: seconds('until a process has loaded the model', 120),
        stop: seconds('that requests have to end after SIGTERM', 10),
      },
      { ...closed, default: {} },
    ),
    refuse: Type.Object(
      {
        size: Type.Optional(Type.Number({ minimum: 0 })),
        cutOff: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
        brightness: Type.Optional(Type.Number({ minimum: 0, maximum: 255 })),
        sharpness: Type.Optional(Type.Number({ minimum: 0 })),
      },
      { ...closed, default: {}, description: 'limits of @gradalign/liveness below or above which a face is refused' },
    ),
    log: Type.Union([Type.Literal('silent'), Type.Literal('error'), Type.Literal('info')], { default: 'info', description: 'one line of JSON a request' }),
  },
  closed,
);

export type Settings = Static<typeof settingsSchema>;

/**
 * Settings from a YAML file and from variables: `GRADALIGN__LIMITS__CLIP_SECONDS` is `limits.clipSeconds`. Two underscores: Kubernetes sets `GRADALIGN_PORT` for
 * a service of that name.
 *
 * @throws ConfigurationError or UserError, exit code 2
 */
export function readSettings(file: string | undefined, env: NodeJS.ProcessEnv = process.env): Settings {
  return loadSettings<Settings>(settingsSchema, { file, env, prefix: 'GRADALIGN__', paths: ['model', 'golden'] });
}
