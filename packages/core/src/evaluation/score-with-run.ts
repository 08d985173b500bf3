import type { Sample } from '../contracts/dataset.ts';
import { chooseFrames } from '../data/choose-frames.ts';
import { parts } from '../run/compose.ts';
import type { Container } from '../run/container.ts';
import type { PassOptions } from './pass-over-samples.ts';
import { type ScoredSample, scoreSamples } from './score-samples.ts';

/** A pass of the run's model over the chosen frames of some samples. */
export async function passWithRun(container: Container, domain: string, samples: readonly Sample[], signal?: AbortSignal): Promise<PassOptions> {
  const { data, evaluate } = container.get(parts.experiment);
  return {
    model: await container.get(parts.model),
    risk: (await container.get(parts.losses)).risk,
    loader: container.get(parts.loader),
    domain,
    samples: chooseFrames(samples, evaluate.frames),
    batch: evaluate.batch,
    image: { size: data.image.size, channels: data.image.mean.length },
    reporter: container.get(parts.reporter),
    ...(signal ? { signal } : {}),
  };
}

/** Scores the chosen frames of some samples with the run's model. */
export async function scoreWithRun(container: Container, domain: string, samples: readonly Sample[], signal?: AbortSignal): Promise<ScoredSample[]> {
  return scoreSamples(await passWithRun(container, domain, samples, signal));
}

/** Scores of the held-out share of every source domain. */
export async function scoreHeldOut(container: Container, signal?: AbortSignal): Promise<ScoredSample[]> {
  const { sources } = await container.get(parts.domains);
  const scored: ScoredSample[] = [];
  for (const { name, heldOut } of sources) if (heldOut.length > 0) scored.push(...(await scoreWithRun(container, name, heldOut, signal)));
  return scored;
}

/** Scores of every target domain, by name. */
export async function scoreTargets(container: Container, signal?: AbortSignal): Promise<Record<string, ScoredSample[]>> {
  const { targets } = await container.get(parts.domains);
  const scored: Record<string, ScoredSample[]> = {};
  for (const { name, samples } of targets) scored[name] = await scoreWithRun(container, name, samples, signal);
  return scored;
}
