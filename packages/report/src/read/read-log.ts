import { readBounded } from '@gradalign/core';

/** What a run's `log.jsonl` says, as columns. */
export interface RunHistory {
  readonly steps: readonly LoggedStep[];
  readonly validations: readonly { readonly epoch: number; readonly figures: Readonly<Record<string, number>> }[];
  readonly heldOutLosses: readonly { readonly step: number; readonly epoch: number; readonly loss: number }[];
  /** How training ended: `finished`, `stopped`, `interrupted`; absent where the log breaks off. */
  readonly end?: { readonly reason: string; readonly because?: string };
  /** Lines that are no JSON object: a process was killed while it wrote, or the file was damaged. */
  readonly unreadable: number;
}

/** One step. */
export interface LoggedStep {
  readonly step: number;
  readonly epoch: number;
  /** `erm` during the warm-up, then the method's name. */
  readonly kind: string;
  /** Total loss, its part of each domain, and the auxiliary loss. */
  readonly total: number;
  readonly risks: Readonly<Record<string, number>>;
  readonly auxiliary?: number;
  /** Factor of the schedule. */
  readonly factor?: number;
  /** Cosines between the gradients of two domains, in the steps in which they were compared. */
  readonly cosines?: readonly LoggedCosine[];
}

/** How well the gradients of two domains agree, from -1 to 1. */
export interface LoggedCosine {
  /** `weights` or `ascending points`. */
  readonly at: string;
  readonly domains: readonly [string, string];
  readonly cosine: number;
}

/** In bytes: a longer log does not fit a string. */
const longestText = 2 ** 29 - 2 ** 10;

/** Reads a log; lines of kinds that are not known are passed over. */
export function readRunLog(file: string): RunHistory {
  const steps: LoggedStep[] = [];
  const validations: { epoch: number; figures: Record<string, number> }[] = [];
  const heldOutLosses: { step: number; epoch: number; loss: number }[] = [];
  let end: RunHistory['end'];
  let unreadable = 0;
  for (const line of readBounded(file, longestText).toString().split('\n')) {
    if (line.trim() === '') continue;
    const entry = parse(line);
    if (!entry) unreadable++;
    else if (entry['event'] === 'step') {
      const step = stepOf(entry);
      if (step) steps.push(step);
      else unreadable++;
    } else if (entry['event'] === 'epoch') {
      const figures = numbersOf(entry['validation']);
      if (typeof entry['epoch'] === 'number' && Object.keys(figures).length > 0) validations.push({ epoch: entry['epoch'], figures });
    } else if (entry['event'] === 'held-out loss') {
      const { step, epoch, loss } = entry;
      if (typeof step === 'number' && typeof epoch === 'number' && typeof loss === 'number') heldOutLosses.push({ step, epoch, loss });
    } else if (entry['event'] === 'end') {
      end = { reason: String(entry['reason']), ...(entry['because'] === undefined ? {} : { because: String(entry['because']) }) };
    }
  }
  return { steps, validations, heldOutLosses, ...(end ? { end } : {}), unreadable };
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function stepOf(entry: Readonly<Record<string, unknown>>): LoggedStep | undefined {
  const { step, epoch, kind, losses, learningRateFactor, cosines } = entry;
  if (typeof step !== 'number' || typeof epoch !== 'number' || typeof losses !== 'object' || losses === null) return undefined;
  const { total, risks, auxiliary } = losses as Readonly<Record<string, unknown>>;
  if (typeof total !== 'number') return undefined;
  return {
    ...{ step, epoch, kind: String(kind ?? 'step'), total, risks: numbersOf(risks) },
    ...(typeof auxiliary === 'number' ? { auxiliary } : {}),
    ...(typeof learningRateFactor === 'number' ? { factor: learningRateFactor } : {}),
    ...(Array.isArray(cosines) ? { cosines: cosines.flatMap(cosineOf) } : {}),
  };
}

function cosineOf(value: unknown): LoggedCosine[] {
  const { at, domains, cosine } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof at !== 'string' || typeof cosine !== 'number' || !Array.isArray(domains) || domains.length !== 2) return [];
  return [{ at, domains: [String(domains[0]), String(domains[1])], cosine }];
}

function numbersOf(value: unknown): Record<string, number> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
}
