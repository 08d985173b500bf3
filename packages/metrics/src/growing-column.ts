/** Numbers of which it is not known how many there will be. */
export class GrowingColumn {
  #values = new Float64Array(1024);
  #length = 0;

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Float64Array(this.#values.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  /** What was pushed. */
  values(): Float64Array {
    return this.#values.slice(0, this.#length);
  }
}

/** Texts of which each is kept once, however often it comes. */
export class SharedTexts {
  readonly #known = new Map<string, string>();

  /** The one copy of a text. */
  share(text: string): string {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const kept = ownCopy(text);
    this.#known.set(kept, kept);
    return kept;
  }
}

/** A copy of a piece of a larger text that does not keep the larger text in memory. */
export function ownCopy(text: string): string {
  return text.length < 13 ? text : ` ${text}`.slice(1);
}
