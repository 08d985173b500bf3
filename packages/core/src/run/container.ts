import 'reflect-metadata';
import { type DependencyContainer, instanceCachingFactory, container as root } from 'tsyringe';

/** Names something that is made once per run, and carries its type. */
export interface Token<T> {
  /** As shown in errors. */
  readonly name: string;
  /** Equal for tokens of the same name. */
  readonly key: symbol;
  /** Never set: carries the type. */
  readonly type?: T;
}

/** The token of this name; two calls with one name give tokens of the same thing. */
export function token<T>(name: string): Token<T> {
  return { name, key: Symbol.for(`@gradalign/core:${name}`) };
}

/**
 * Dependency injection by typed tokens and factories, over tsyringe. Each thing is made once, when it is first asked for; disposing the container disposes
 * them in reverse order. Providing a token twice is an error, unless by `replace`; so is a circle, which the error names.
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

  /** An empty container, independent of all others. */
  static create(): Container {
    return new Container(root.createChildContainer());
  }

  /** @throws Error if the token is already provided. */
  provide<T>(token: Token<T>, factory: (container: Container) => T): this {
    if (this.#provided.has(token.key)) throw new Error(`Cannot provide '${token.name}': it is already provided, expected replace()`);
    return this.replace(token, factory);
  }

  /** Provides the token, whether or not it is already provided. Must come before anything asks for it. */
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

  /** @throws Error if nothing provides the token, or making it needs the token itself. */
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
