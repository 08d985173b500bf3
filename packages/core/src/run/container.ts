import 'reflect-metadata';
import { type DependencyContainer, instanceCachingFactory, container as root } from 'tsyringe';

/** A name for something that is made once a run, with its type. */
export interface Token<T> {
  readonly name: string;
  readonly key: symbol;
  /** Never there: carries the type. */
  readonly type?: T;
}

export function token<T>(name: string): Token<T> {
  return { name, key: Symbol.for(`@gradalign/core:${name}`) };
}

/**
 * tsyringe by typed tokens and factories. What it makes, it makes once, when it is first asked for, and disposes in the opposite order.
 * Providing a token twice is an error (`replace` says that it is meant); so is a circle, which is named.
 */
export class Container implements AsyncDisposable {
  readonly #container: DependencyContainer;
  readonly #provided: Map<symbol, string>;
  readonly #resolving: string[] = [];
  readonly #made: unknown[] = [];

  private constructor(container: DependencyContainer) {
    this.#container = container;
    this.#provided = new Map();
  }

  static create(): Container {
    return new Container(root.createChildContainer());
  }

  provide<T>(token: Token<T>, factory: (container: Container) => T): this {
    if (this.#provided.has(token.key)) throw new Error(`Cannot provide '${token.name}': it is provided already, expected replace()`);
    return this.replace(token, factory);
  }

  /** Before anything asked for it. */
  replace<T>(token: Token<T>, factory: (container: Container) => T): this {
    this.#provided.set(token.key, token.name);
    this.#container.register(token.key, {
      useFactory: instanceCachingFactory(() => {
        const made = factory(this);
        this.#made.push(made);
        return made;
      }),
    });
    return this;
  }

  get<T>(token: Token<T>): T {
    if (!this.#provided.has(token.key)) {
      throw new Error(`Cannot resolve '${token.name}': nothing provides it, expected one of ${[...this.#provided.values()].join(', ')}`);
    }
    if (this.#resolving.includes(token.name)) {
      throw new Error(`Cannot resolve '${token.name}': it needs itself (${[...this.#resolving, token.name].join(' -> ')}), expected no circle`);
    }
    this.#resolving.push(token.name);
    try {
      return this.#container.resolve<T>(token.key);
    } finally {
      this.#resolving.pop();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const made of this.#made.splice(0).reverse()) await disposeOf(made);
    this.#container.reset();
  }
}

async function disposeOf(made: unknown): Promise<void> {
  const thing = await Promise.resolve(made).catch(() => undefined);
  for (const item of Array.isArray(thing) ? thing : [thing]) {
    if (typeof item !== 'object' || item === null) continue;
    if (Symbol.asyncDispose in item) await (item as AsyncDisposable)[Symbol.asyncDispose]();
    else if (Symbol.dispose in item) (item as Disposable)[Symbol.dispose]();
  }
}
