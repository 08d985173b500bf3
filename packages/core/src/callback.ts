import type { TSchema } from '@sinclair/typebox';
import type { StepReport } from './optimizer.ts';
import type { Define } from './plugin.ts';
import type { Progress } from './schedule.ts';
import type { Stateful } from './state.ts';
import type { Weights } from './weights.ts';

/** What a callback may react to. Each event carries just what it is about; nobody receives the whole trainer. */
export interface RunEvents {
  runStarted: { readonly steps: number; readonly weights: Weights };
  stepEnded: { readonly progress: Progress; readonly report: StepReport; readonly weights: Weights };
  /** `validation`: figures on the held-out share of the sources, by metric name, where the epoch was evaluated. `stop` ends training after this epoch. */
  epochEnded: {
    readonly epoch: number;
    readonly validation?: Readonly<Record<string, number>>;
    readonly weights: Weights;
    stop(reason: string): void;
  };
  runEnded: { readonly reason: 'finished' | 'stopped' | 'interrupted'; readonly weights: Weights };
}

export type Callback = { readonly [E in keyof RunEvents]?: (event: RunEvents[E]) => void } & Partial<Stateful> & Partial<Disposable>;

export interface CallbackDefinition<S extends TSchema = TSchema> extends Define<'callback', S, [], Callback> {}

export function defineCallback<const S extends TSchema>(definition: Omit<CallbackDefinition<S>, 'kind'>): CallbackDefinition<S> {
  return { kind: 'callback', ...definition };
}
