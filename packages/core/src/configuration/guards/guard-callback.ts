import type { Callback, HeldOutLossRequirement, WeightsOffer } from '../../contracts/callback.ts';
import { blame, describeValue, isPromise, PluginError, type PluginItem, runItem, runSync } from '../../contracts/plugin-error.ts';
import type { Stateful } from '../../contracts/state.ts';
import { shapeOf } from './check-value.ts';
import { guardStateful } from './guard-stateful.ts';

const events = ['runStarted', 'stepEnded', 'epochEnded', 'runEnded', 'runEvaluated'] as const;

/** A callback whose handlers are told apart when they fail, sync or async, and whose state is looked at before training. */
export function guardCallback(made: unknown, item: PluginItem): Callback {
  if (typeof made !== 'object' || made === null) throw new PluginError(item, 'create()', `returns ${describeValue(made)}`, 'an object of handlers');
  const callback = made as Callback & Partial<Record<string, unknown>>;
  const odd = [...events, 'state', 'restore'].find((name) => callback[name] !== undefined && typeof callback[name] !== 'function');
  if (odd !== undefined) throw new PluginError(item, 'create()', `returns ${odd} as ${describeValue(callback[odd])}`, 'a function');
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
    ...(offers ? { offers: guardOffer(offers, item) } : {}),
    ...(stateful ? { state: stateful.state, restore: stateful.restore } : {}),
    ...(callback[Symbol.asyncDispose]
      ? { [Symbol.asyncDispose]: async () => guardAsync(item, '[Symbol.asyncDispose]()', () => callback[Symbol.asyncDispose]?.()) }
      : {}),
    [Symbol.dispose]: () => runSync(item, '[Symbol.dispose]()', 'to free what it holds', () => callback[Symbol.dispose]?.()),
  } as Callback;
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

function guardOffer(offer: WeightsOffer, item: PluginItem): WeightsOffer {
  const { name } = offer;
  if (typeof name !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(name))
    throw new PluginError(item, 'create()', `offers weights as ${describeValue(name)}`, 'a name of letters, digits, dots and dashes');
  if (typeof offer.take !== 'function') throw new PluginError(item, 'create()', 'offers weights without take()', 'a function');
  const where = 'offers.take()';
  return {
    name,
    take() {
      const taken = runSync(item, where, '{ values, statistics, about, facts }, or { error }', () => offer.take());
      if (typeof taken !== 'object' || taken === null) throw new PluginError(item, where, `returns ${describeValue(taken)}`, 'weights, or { error }');
      if ('error' in taken) return taken;
      const odd = taken.values instanceof Map ? [...taken.values].find(([, value]) => !shapeOf(value)) : ['values', taken.values];
      if (odd) throw new PluginError(item, where, `offers '${odd[0]}' as ${describeValue(odd[1])}`, 'tensors by name, in a Map');
      return taken;
    },
  };
}
