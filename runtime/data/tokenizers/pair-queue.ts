/**
 * Pairs by falling count, then by rising number. A count may change while its pair is queued: the pair is pushed again,
 * and an entry whose count is outdated is skipped.
 */
export class PairQueue {
  readonly #counts: ReadonlyMap<number, number>;
  readonly #pairs: number[] = [];
  readonly #pushed: number[] = [];

  constructor(counts: ReadonlyMap<number, number>) {
    this.#counts = counts;
  }

  push(pair: number): void {
    const count = this.#counts.get(pair) ?? 0;
    if (count < 1) return;
    let at = this.#pairs.length;
    this.#pairs.push(pair);
    this.#pushed.push(count);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /**
   * The most frequent pair; `undefined` if the queue is empty. A pair is returned once for each entry whose count is
   * current.
   */
  pop(): number | undefined {
    for (;;) {
      const pair = this.#pairs[0];
      const count = this.#pushed[0];
      if (pair === undefined) return undefined;
      this.#removeFirst();
      if (this.#counts.get(pair) === count) return pair;
    }
  }

  #removeFirst(): void {
    this.#swap(0, this.#pairs.length - 1);
    this.#pairs.pop();
    this.#pushed.pop();
    let at = 0;
    for (;;) {
      let first = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < this.#pairs.length && this.#isBefore(child, first)) first = child;
      if (first === at) return;
      this.#swap(at, first);
      at = first;
    }
  }

  #isBefore(one: number, other: number): boolean {
    const difference = (this.#pushed[one] ?? 0) - (this.#pushed[other] ?? 0);
    return difference === 0 ? (this.#pairs[one] ?? 0) < (this.#pairs[other] ?? 0) : difference > 0;
  }

  #swap(one: number, other: number): void {
    for (const list of [this.#pairs, this.#pushed]) {
      const kept = list[one] ?? 0;
      list[one] = list[other] ?? 0;
      list[other] = kept;
    }
  }
}
