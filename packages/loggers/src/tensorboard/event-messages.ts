import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/**
 * The part of TensorFlow's event messages that a run writes, as protobuf. Field numbers are those of event.proto, summary.proto, tensor.proto and types.proto
 * (tensorboard/compat/proto, TensorBoard 2.21).
 */
export type EventContent =
  | { readonly fileVersion: string }
  /** A session starts at the event's step: readers drop what earlier files say of this step and later ones. */
  | { readonly sessionStart: true }
  | { readonly values: readonly SummaryValue[] };

/** One value of a summary; `tag` names its chart. */
export type SummaryValue = { readonly tag: string } & (
  | { readonly scalar: number }
  | { readonly text: string }
  | { readonly image: { readonly width: number; readonly height: number; readonly channels: 1 | 3; readonly png: Uint8Array } }
);

/** An `Event`. `wallTime`: seconds since 1970. */
export function encodeEvent(wallTime: number, step: number, content: EventContent): Uint8Array {
  const event = new BinaryWriter().tag(1, WireType.Bit64).double(wallTime).tag(2, WireType.Varint).int64(step);
  if ('fileVersion' in content) return event.tag(3, WireType.LengthDelimited).string(content.fileVersion).finish();
  if ('sessionStart' in content) {
    const start = 1;
    return message(event, 7, (log) => log.tag(1, WireType.Varint).int32(start)).finish();
  }
  return message(event, 5, (summary) => {
    for (const value of content.values) message(summary, 1, (writer) => writeValue(writer, value));
  }).finish();
}

/** A `Summary.Value`. */
function writeValue(writer: BinaryWriter, value: SummaryValue): void {
  writer.tag(1, WireType.LengthDelimited).string(value.tag);
  if ('scalar' in value) writer.tag(2, WireType.Bit32).float(asFloat(value.scalar));
  else if ('image' in value) {
    const { width, height, channels, png } = value.image;
    message(writer, 4, (image) => {
      image.tag(1, WireType.Varint).int32(height).tag(2, WireType.Varint).int32(width).tag(3, WireType.Varint).int32(channels);
      image.tag(4, WireType.LengthDelimited).bytes(png);
    });
  } else {
    const stringType = 7;
    message(writer, 8, (tensor) => {
      tensor.tag(1, WireType.Varint).int32(stringType);
      // Of shape [1].
      message(tensor, 2, (shape) => message(shape, 2, (dimension) => dimension.tag(1, WireType.Varint).int64(1)));
      tensor.tag(8, WireType.LengthDelimited).string(value.text);
    });
    message(writer, 9, (metadata) => message(metadata, 1, (plugin) => plugin.tag(1, WireType.LengthDelimited).string('text')));
  }
}

function message(writer: BinaryWriter, field: number, write: (inner: BinaryWriter) => unknown): BinaryWriter {
  writer.tag(field, WireType.LengthDelimited).fork();
  write(writer);
  return writer.join();
}

/** float32, as the field is: what is larger becomes infinite. */
function asFloat(value: number): number {
  return Math.fround(value);
}
