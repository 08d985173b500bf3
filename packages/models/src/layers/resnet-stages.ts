import type { Layer } from './layer.ts';
import type { ResidualBlockOptions } from './shortcut.ts';

/** torchvision's four stages behind the stem, each at half the size of the one before but the first. */
export interface ResnetStages {
  /** Blocks of each stage. */
  readonly blocks: readonly [number, number, number, number];
  /** Channels that each stage ends with. */
  readonly channels: readonly [number, number, number, number];
  block(options: ResidualBlockOptions): Layer;
}

export function resnetStages({ blocks, channels, block }: ResnetStages): Layer[] {
  return channels.flatMap((outputs, stage) =>
    Array.from({ length: blocks[stage] as number }, (_, index) =>
      block({
        name: `layer${stage + 1}/${index}`,
        inputs: index > 0 ? outputs : (channels[stage - 1] ?? 64),
        outputs,
        stride: index === 0 && stage > 0 ? 2 : 1,
      }),
    ),
  );
}
