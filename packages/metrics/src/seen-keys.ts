/** Keys that were seen and where: by a hash of 64 bits, 12 bytes a key instead of the text. Two of ten million keys meet with a chance of 3e-6. */
export class SeenKeys {
  #slots = new Uint32Array(3 * 1024);
  #count = 0;

  /** The line of an equal key that came before, else 0 after it is noted. Lines count from 1. */
  see(key: string, line: number): number {
    if (this.#count * 5 > this.#slots.length) this.#grow();
    let [h, k] = [0x811c9dc5, 0x2545f491];
    for (let i = 0; i < key.length; i++) {
      const code = key.charCodeAt(i);
      h = Math.imul(h ^ code, 0x01000193);
      k = Math.imul(k ^ code, 0x5bd1e995);
      k ^= k >>> 15;
    }
    h = mixed(h ^ key.length);
    k = mixed(k);
    const slot = this.#find(this.#slots, h, k);
    const before = this.#slots[slot + 2] as number;
    if (before > 0) return before;
    this.#slots.set([h, k, line], slot);
    this.#count++;
    return 0;
  }

  /** The slot of a hash, or the free one where it belongs. */
  #find(slots: Uint32Array, h: number, k: number): number {
    const size = slots.length / 3;
    let slot = (h >>> 0) % size;
    while ((slots[3 * slot + 2] as number) > 0 && !(slots[3 * slot] === h >>> 0 && slots[3 * slot + 1] === k >>> 0)) slot = slot + 1 === size ? 0 : slot + 1;
    return 3 * slot;
  }

  #grow(): void {
    const larger = new Uint32Array(this.#slots.length * 2);
    for (let i = 0; i < this.#slots.length; i += 3) {
      if ((this.#slots[i + 2] as number) === 0) continue;
      const [h, k] = [this.#slots[i] as number, this.#slots[i + 1] as number];
      larger.set(this.#slots.subarray(i, i + 3), this.#find(larger, h, k));
    }
    this.#slots = larger;
  }
}

function mixed(value: number): number {
  let z = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}
