import { recordTape, type Tape, weightedSum } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { Gradients } from '../contracts/gradients.ts';
import type { ModelOutput } from '../contracts/model.ts';
import type { EvaluateOptions, Evaluation, GradientOf } from '../contracts/objective.ts';
import type { Weights } from '../contracts/weights.ts';
import { GradientSum } from './gradient-sum.ts';
import { type ObjectiveParts, type Present, presentDomains } from './objective-parts.ts';
import { auxiliaryValue, type Factors, factorsOf, inOrderOfBatch, type Values } from './objective-values.ts';
import { type Part, partsOf } from './parts-of.ts';
import { Measurements, moveRunningStatistics } from './running-statistics.ts';
import { modelAlone } from './trained-weights.ts';
import { WeightsAsSeen } from './weights-as-seen.ts';
import { type Cotangents, disposeCotangents, gradientsOf, type WholeCotangents, WholeLosses } from './whole-losses.ts';

/**
 * An evaluation whose passes through the network run over parts of the batch, so that the graph of one part is in memory at a time. Values and gradients are
 * those of the whole batch, for every method and loss; batch norm alone measures each part by itself, and the running statistics move by the mean of the parts.
 *
 * Without auxiliary losses the gradient of a part needs no other part. With them the features and logits of all parts are taken first, without a graph; the
 * losses are differentiated in these on the whole batch, and each part is then run again with its rows of that gradient (Gao et al., Scaling Deep Contrastive
 * Learning Batch Size under Memory Limited Setup, 2021): one more forward pass. So does a method that reads the values before it asks for a gradient.
 */
export function evaluateInParts(whole: ObjectiveParts, options: EvaluateOptions): Evaluation {
  return new EvaluationInParts(options.only === undefined ? whole : { ...whole, auxiliaries: [] }, options);
}

class EvaluationInParts implements Evaluation {
  readonly sources: number;
  readonly sourceDomains: readonly string[];
  readonly domains: readonly string[];
  readonly #whole: ObjectiveParts;
  readonly #statistics: 'update' | 'keep';
  readonly #present: readonly Present[];
  readonly #parts: readonly Part[];
  readonly #weights: Weights;
  readonly #asked: readonly string[];
  readonly #seen: WeightsAsSeen;
  /** Outputs of the network by part, once all parts have been run. */
  #outputs: readonly ModelOutput[] | undefined;
  #losses: WholeLosses | undefined;
  /** Taken together with that of another domain, and not asked for yet. */
  readonly #ready = new Map<string, Gradients>();

  constructor(whole: ObjectiveParts, { statistics = 'update', domains = 'joint', only, withRespectTo }: EvaluateOptions) {
    this.#whole = whole;
    this.#statistics = statistics;
    this.#present = presentDomains(whole, only);
    this.#parts = partsOf(whole.batch, this.#present, { parts: whole.accumulate ?? 1, isSeparate: domains === 'separate' });
    this.#weights = (whole.trained ?? modelAlone(whole.model)).all;
    this.#asked = withRespectTo ? this.#weights.trainable.filter(withRespectTo) : this.#weights.trainable;
    this.sources = whole.domains.length;
    this.sourceDomains = whole.domains;
    this.domains = this.#present.map(({ name }) => name);
    this.#seen = new WeightsAsSeen(whole.model.weights);
    try {
      if (this.#hasAuxiliary) this.#takeLosses();
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  get values(): Values {
    return this.#takeLosses().values;
  }

  gradient(of: GradientOf, { last = false }: { readonly last?: boolean } = {}): Gradients {
    const ready = typeof of === 'object' && of !== null && 'domain' in of ? this.#ready.get(of.domain) : undefined;
    if (ready) {
      this.#ready.delete((of as { readonly domain: string }).domain);
      return ready;
    }
    const factors = factorsOf(of, this.domains, this.#hasAuxiliary);
    // Who asks for one domain and goes on asks for the others: each part is run once for all of them.
    const others = typeof of === 'object' && 'domain' in of && !last ? this.domains.filter((name) => name !== of.domain && !this.#ready.has(name)) : [];
    const [own, ...more] = this.#sweep([factors, ...others.map((domain) => factorsOf({ domain }, this.domains, this.#hasAuxiliary))]);
    others.forEach((name, i) => {
      this.#ready.set(name, more[i] as Gradients);
    });
    return own as Gradients;
  }

  [Symbol.dispose](): void {
    try {
      if (this.#statistics === 'update') this.#takeOutputs();
    } finally {
      this.#release();
    }
  }

  get #hasAuxiliary(): boolean {
    return (this.#whole.auxiliaries ?? []).length > 0;
  }

  /** One gradient of each kind, with one forward pass over each part. */
  #sweep(kinds: readonly Factors[]): Gradients[] {
    const trainable = new Set(this.#weights.trainable);
    const names = this.#asked.filter((name) => trainable.has(name));
    const sums = kinds.map(() => new GradientSum());
    const wholeLosses = this.#hasAuxiliary ? this.#takeLosses() : undefined;
    const cotangents: WholeCotangents[] = [];
    const measured = this.#outputs === undefined ? new Measurements() : undefined;
    const outputs: ModelOutput[] = [];
    try {
      if (wholeLosses)
        for (const [i, kind] of kinds.entries()) {
          const taken = wholeLosses.pullback(kind, this.#weights, names);
          cotangents.push(taken);
          sums[i]?.add(taken.ofLosses);
        }
      for (const part of this.#parts) {
        const touching = kinds.flatMap((kind, i) => (kind.auxiliary !== undefined || part.domains.some((name) => kind.risks.has(name)) ? [{ kind, i }] : []));
        if (touching.length === 0 && !measured) continue;
        const { output, tape } = this.#record(part, names, measured);
        if (measured) outputs.push(output);
        try {
          for (const [at, { kind, i }] of touching.entries()) {
            const ofOutput = cotangents[i]?.of(part) ?? this.#cotangentsAlone(part, kind, output);
            sums[i]?.add(pullBack(tape, output, ofOutput, this.#weights, names, at === touching.length - 1));
          }
        } finally {
          tape.dispose();
          if (!measured) disposeOutput(output);
        }
      }
      if (measured) this.#finish(outputs, measured);
      return sums.map((sum) => sum.take(names));
    } catch (error) {
      if (measured && this.#outputs === undefined) outputs.forEach(disposeOutput);
      throw error;
    } finally {
      for (const one of cotangents) one[Symbol.dispose]();
      for (const sum of sums) sum[Symbol.dispose]();
      measured?.[Symbol.dispose]();
    }
  }

  #record(part: Part, names: readonly string[], measured: Measurements | undefined): { output: ModelOutput; tape: Tape } {
    return this.#seen.within(() => {
      const { result, tape } = recordTape(() => ownOutput(this.#forward(part, measured)), { sources: names.map((name) => this.#weights.get(name)) });
      return { output: result, tape };
    });
  }

  #forward(part: Part, measured: Measurements | undefined): ModelOutput {
    const { model, batch } = this.#whole;
    const images = tf.gather(batch.images, tf.tensor1d([...part.images], 'int32'));
    const { features, logits } = model.apply(images, { training: true, ...(measured ? { statistics: measured.take } : {}) });
    return { features, logits };
  }

  /** The gradient of a part's share of the risk in its own logits: other rows have no part in it. */
  #cotangentsAlone(part: Part, { risks }: Factors, { logits }: ModelOutput): Cotangents {
    const { risk } = this.#whole;
    const share = this.#shares(part, (name) => risks.get(name) ?? 0);
    const { result, tape } = recordTape(() => weightedSum(risk.perSample(logits, tf.tensor1d(part.labels, 'int32')), tf.tensor1d(share)), {
      sources: [logits],
    });
    const one = tf.scalar(1);
    const [ofLogits] = tape.pullback([{ output: result, cotangent: one }], [logits], { last: true });
    tf.dispose([one, result]);
    return { features: undefined, logits: ofLogits };
  }

  /** What each row of a part weighs in Σ factor · R_i. */
  #shares({ domainOf }: Pick<Part, 'domainOf'>, factor: (domain: string) => number): Float32Array {
    const each = new Map(this.#present.map(({ name, rows }) => [name, factor(name) / (rows.length * this.#whole.batch.views * this.sources)]));
    return Float32Array.from(domainOf, (name) => each.get(name) as number);
  }

  /** Runs every part without a graph, unless that has been done. */
  #takeOutputs(): readonly ModelOutput[] {
    if (this.#outputs) return this.#outputs;
    const outputs: ModelOutput[] = [];
    using measured = new Measurements();
    try {
      for (const part of this.#parts) outputs.push(this.#seen.within(() => tf.tidy(() => ownOutput(this.#forward(part, measured)) as never)));
    } catch (error) {
      outputs.forEach(disposeOutput);
      throw error;
    }
    this.#finish(outputs, measured);
    return outputs;
  }

  #finish(outputs: readonly ModelOutput[], measured: Measurements): void {
    const { model, statisticsMomentum } = this.#whole;
    this.#outputs = outputs;
    if (this.#statistics === 'update') moveRunningStatistics(model.weights, measured.all, statisticsMomentum ?? model.statisticsMomentum ?? 0.1);
  }

  #takeLosses(): WholeLosses {
    if (this.#losses) return this.#losses;
    const outputs = this.#takeOutputs();
    const features = tf.concat(outputs.map((output) => output.features));
    const logits = tf.concat(outputs.map((output) => output.logits));
    const order = this.#parts.flatMap(({ images }) => images);
    try {
      const { result: values, tape } = recordTape(() => this.#valuesOf(features, logits, order), {
        sources: [features, logits, ...this.#asked.map((name) => this.#weights.get(name))],
      });
      this.#losses = new WholeLosses(values, tape, this.domains, features, logits);
      return this.#losses;
    } catch (error) {
      tf.dispose([features, logits]);
      throw error;
    }
  }

  /** The losses on the outputs of all parts; row i belongs to image `order[i]`. */
  #valuesOf(features: tf.Tensor2D, logits: tf.Tensor2D, order: readonly number[]): Values {
    const labels = tf.tensor1d(Int32Array.from(this.#parts.flatMap((part) => [...part.labels])), 'int32');
    const losses = this.#whole.risk.perSample(logits, labels);
    const domainOf = this.#parts.flatMap((part) => part.domainOf);
    const risks = this.domains.map((name) => weightedSum(losses, tf.tensor1d(this.#shares({ domainOf }, (other) => (other === name ? 1 : 0)))));
    const output = { features: () => inOrderOfBatch(features, order), logits: () => inOrderOfBatch(logits, order) };
    return { risks, ...auxiliaryValue(this.#whole, output, this.#statistics) };
  }

  #release(): void {
    this.#outputs?.forEach(disposeOutput);
    this.#losses?.[Symbol.dispose]();
    for (const gradients of this.#ready.values()) gradients[Symbol.dispose]();
    this.#ready.clear();
    this.#seen[Symbol.dispose]();
  }
}

/** Takes ownership of the cotangents. */
function pullBack(tape: Tape, output: ModelOutput, of: Cotangents, weights: Weights, names: readonly string[], last: boolean): Gradients {
  try {
    const cotangents = [
      ...(of.features ? [{ output: output.features, cotangent: of.features }] : []),
      ...(of.logits ? [{ output: output.logits, cotangent: of.logits }] : []),
    ];
    if (cotangents.length === 0) return new Gradients(new Map());
    return gradientsOf(
      names,
      tape.pullback(
        cotangents,
        names.map((name) => weights.get(name)),
        { last },
      ),
    );
  } finally {
    disposeCotangents(of);
  }
}

/** Of one tensor for both, a model's features and logits become two. */
function ownOutput({ features, logits }: ModelOutput): ModelOutput {
  return { features: features.clone(), logits: logits.clone() };
}

function disposeOutput({ features, logits }: ModelOutput): void {
  tf.dispose([features, logits]);
}
