import type { Callback, HeldOutLossRequirement, WeightsOffer } from '../../contracts/callback.ts';
import type { OfferedWeights } from '../../contracts/offered-weights.ts';
import { blame, describeValue, isPromise, PluginError, type PluginItem, runItem, runSync } from '../../contracts/plugin-error.ts';
import type { Stateful } from '../../contracts/state.ts';
import type { Weights } from '../../contracts/weights.ts';
import { nearestName } from '../nearest-name.ts';
import { checkOffered, offered } from './check-offered.ts';
import { guardStateful } from './guard-stateful.ts';

const events = ['runStarted', 'stepEnded', 'epochEnded', 'runEnded', 'runEvaluated'] as const;

/** A callback whose handlers are told apart when they fail, sync or async, and whose state is looked at before training. */
export function guardCallback(made: unknown, item: PluginItem): Callback {
  if (typeof made !== 'object' || made === null) throw new PluginError(item, 'create()', `returns ${describeValue(made)}`, 'an object of handlers');
  const callback = made as Callback & Partial<Record<string, unknown>>;
  const odd = [...events, 'state', 'restore'].find((name) => callback[name] !== undefined && typeof callback[name] !== 'function');
  if (odd !== undefined) throw new PluginError(item, 'create()', `returns ${odd} as ${describeValue(callback[odd])}`, 'a function');
  refuseUnknownHandlers(callback, item);
  if ((callback.state === undefined) !== (callback.restore === undefined))
    throw new PluginError(item, 'create()', `returns ${callback.state ? 'state() without restore()' : 'restore() without state()'}`, 'both or neither');
  const { heldOutLoss, offers, watches } = callback;
  if (watches !== undefined && typeof watches !== 'string')
    throw new PluginError(item, 'create()', `returns watches as ${describeValue(watches)}`, 'the name of a figure');
  const stateful = callback.state ? guardStateful(callback as Stateful & Partial<Disposable>, item) : undefined;
  stateful?.state();
  return {
    ...Object.fromEntries(events.flatMap((event) => (callback[event] ? [[event, handler(callback, event, item)]] : []))),
    ...(watches === undefined ? {} : { watches }),
    ...(heldOutLoss ? { heldOutLoss: guardHeldOutLoss(heldOutLoss, item) } : {}),
    ...(offers ? guardOffer(offers, callback, item) : {}),
    ...(stateful ? { state: stateful.state, restore: stateful.restore } : {}),
    ...(callback[Symbol.asyncDispose]
      ? { [Symbol.asyncDispose]: async () => guardAsync(item, '[Symbol.asyncDispose]()', () => callback[Symbol.asyncDispose]?.()) }
      : {}),
    [Symbol.dispose]: () => runSync(item, '[Symbol.dispose]()', 'to free what it holds', () => callback[Symbol.dispose]?.()),
  } as Callback;
}

/** A handler of a name that no event has would never be called. */
function refuseUnknownHandlers(callback: Callback, item: PluginItem): void {
  const own = Object.entries(callback).flatMap(([name, value]) => (typeof value === 'function' && !isKnown(name) ? [name] : []));
  const meant = own.find((name) => eventNamed(name) !== undefined);
  const reacts = ([...events, 'heldOutLoss', 'offers'] as const).some((name) => callback[name] !== undefined);
  const unknown = meant ?? (reacts ? undefined : own[0]);
  if (unknown === undefined) return;
  const near = eventNamed(unknown);
  const is = `returns ${unknown}(), which nothing calls${near === undefined ? '' : ` (${near}() is meant, perhaps)`}`;
  throw new PluginError(item, 'create()', is, `handlers for ${events.join(', ')}, heldOutLoss or offers`);
}

/** The event that the handler of another framework means: `on_epoch_end`, `onEpochEnd`. */
function eventNamed(name: string): string | undefined {
  return nearestName(name.replace(/^on_?/i, '').replaceAll('_', ''), events);
}

function isKnown(name: string): boolean {
  return [...events, 'state', 'restore', 'dispose'].includes(name);
}

function handler(callback: Callback, event: (typeof events)[number], item: PluginItem): (payload: never) => unknown {
  return (payload) => guardAsync(item, `${event}()`, () => (callback[event] as (payload: never) => unknown)(payload));
}

/** Handlers may be async: a rejection is blamed as an error is. */
function guardAsync(item: PluginItem, where: string, body: () => unknown): void | Promise<void> {
  const expected = 'to return, or to resolve';
  const returned = runItem(item, where, expected, body);
  if (!isPromise(returned)) return undefined;
  return Promise.resolve(returned).then(
    () => {},
    (error) => {
      throw blame(item, where, expected, error);
    },
  );
}

function guardHeldOutLoss(wish: HeldOutLossRequirement, item: PluginItem): HeldOutLossRequirement {
  const { every, atLeast } = wish;
  if (!Number.isInteger(every) || every < 1)
    throw new PluginError(item, 'create()', `asks for heldOutLoss.every ${describeValue(every)}`, 'a whole number >= 1');
  if (typeof wish.measured !== 'function') throw new PluginError(item, 'create()', 'asks for the held-out loss without measured()', 'a function');
  return { every, ...(atLeast === undefined ? {} : { atLeast }), measured: (event) => guardAsync(item, 'heldOutLoss.measured()', () => wish.measured(event)) };
}

/** The offer, and the handler from which it learns the weights that it may offer. */
function guardOffer(offer: WeightsOffer, callback: Callback, item: PluginItem): Pick<Callback, 'offers' | 'runStarted'> {
  const { name } = offer;
  if (typeof name !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(name))
    throw new PluginError(item, 'create()', `offers weights as ${describeValue(name)}`, 'a name of letters, digits, dots and dashes');
  if (typeof offer.take !== 'function') throw new PluginError(item, 'create()', 'offers weights without take()', 'a function');
  const started = callback.runStarted && handler(callback, 'runStarted', item);
  let weights: Weights | undefined;
  return {
    runStarted(event) {
      ({ weights } = event);
      return started?.(event as never) as void | Promise<void>;
    },
    offers: {
      name,
      take() {
        const taken: unknown = runSync(item, 'offers.take()', offered, () => offer.take());
        if (typeof taken === 'object' && taken !== null && 'error' in taken && typeof taken.error === 'string') return { error: taken.error };
        checkOffered(taken, weights, item);
        return taken as OfferedWeights;
      },
    },
  };
}
