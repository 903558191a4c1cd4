import { RequestFailure } from "../failure.ts";

export interface BatcherSettings<Item, Result> {
  /** The largest number of items of a batch. */
  readonly largest: number;
  /** The largest number of items that wait. */
  readonly mostWaiting: number;
  /** The number of batches that are at work at a time: one runs while the next one is read. */
  readonly atOnce: number;
  /** Milliseconds that an item waits for others while nothing is at work. */
  readonly patience: number;
  /** Items with the same key may be in one batch. */
  readonly keyOf: (item: Item) => string;
  /** Gives a result for each item of a batch. If it rejects, so do all of them. */
  readonly run: (items: readonly Item[]) => Promise<readonly Result[]>;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly key: string;
  readonly since: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** Puts what comes at about the same time into batches. The queue is bounded: what does not fit is refused at once. */
export class Batcher<Item, Result> {
  readonly #settings: BatcherSettings<Item, Result>;
  #queue: Waiting<Item, Result>[] = [];
  #atWork = 0;
  #timer: NodeJS.Timeout | undefined;
  #isPlanned = false;
  #isEnding = false;
  #idle: (() => void)[] = [];
  /** A moving mean of the seconds that an item takes. */
  #secondsOfItem = 0;

  constructor(settings: BatcherSettings<Item, Result>) {
    this.#settings = settings;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /**
   * Resolves to the results of the items, in their order. The items may be in several batches, together with others. Items that still wait when
   * the signal aborts are not computed.
   *
   * @throws RequestFailure if the queue has no room for all of them, or if the batcher is draining.
   */
  async submit(items: readonly Item[], signal?: AbortSignal): Promise<readonly Result[]> {
    if (this.#isEnding) throw new RequestFailure("ending", "The server is ending.", "Ask another one.", 1);
    const { mostWaiting, keyOf } = this.#settings;
    if (this.#queue.length + items.length > mostWaiting) throw this.#queueIsFull(items.length);
    signal?.throwIfAborted();
    const since = performance.now();
    const entries: Waiting<Item, Result>[] = [];
    const results = items.map(
      (item) =>
        new Promise<Result>((resolve, reject) => void entries.push({ item, key: keyOf(item), since, resolve, reject })),
    );
    this.#queue.push(...entries);
    const forget = (): void => this.#forget(entries, signal?.reason);
    signal?.addEventListener("abort", forget, { once: true });
    this.#plan();
    try {
      return await Promise.all(results);
    } catch (error) {
      this.#forget(entries, error);
      throw error;
    } finally {
      signal?.removeEventListener("abort", forget);
    }
  }

  /** Takes nothing more, and resolves when everything that waits has been computed. */
  async drain(): Promise<void> {
    this.#isEnding = true;
    this.#dispatch();
    if (this.#queue.length > 0 || this.#atWork > 0) await new Promise<void>((resolve) => void this.#idle.push(resolve));
  }

  #queueIsFull(items: number): RequestFailure {
    const seconds = Math.max(1, Math.ceil(this.#secondsOfItem * this.#queue.length));
    const { mostWaiting } = this.#settings;
    return items > mostWaiting
      ? new RequestFailure("too_large", `The request has ${items} examples, and at most ${mostWaiting} may wait.`)
      : new RequestFailure(
          "busy",
          `${this.#queue.length} examples are waiting, and at most ${mostWaiting} may.`,
          "Try again later.",
          seconds,
        );
  }

  #forget(entries: readonly Waiting<Item, Result>[], reason: unknown): void {
    const waiting = new Set(this.#queue);
    const left = new Set(entries.filter((entry) => waiting.has(entry)));
    if (left.size === 0) return;
    this.#queue = this.#queue.filter((entry) => !left.has(entry));
    for (const { reject } of left) reject(reason);
    this.#noteIdle();
  }

  /** Dispatches after the requests that have already come are read, so that they are in one batch. */
  #plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    setImmediate(() => {
      this.#isPlanned = false;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    const { largest, atOnce, patience } = this.#settings;
    clearTimeout(this.#timer);
    for (let first = this.#queue[0]; first && this.#atWork < atOnce; first = this.#queue[0]) {
      const { key, since } = first;
      const batch = this.#queue.filter((entry) => entry.key === key).slice(0, largest);
      const rest = since + patience - performance.now();
      if (batch.length < largest && rest > 0 && !this.#isEnding) {
        this.#timer = setTimeout(() => this.#dispatch(), Math.ceil(rest));
        return;
      }
      const taken = new Set(batch);
      this.#queue = this.#queue.filter((entry) => !taken.has(entry));
      void this.#work(batch);
    }
  }

  async #work(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    this.#atWork += 1;
    const start = performance.now();
    try {
      const results = await this.#settings.run(batch.map(({ item }) => item));
      if (results.length !== batch.length) throw new Error(`${results.length} results of ${batch.length} items`);
      for (const [index, result] of results.entries()) batch[index]?.resolve(result);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
    const seconds = (performance.now() - start) / 1000 / batch.length;
    this.#secondsOfItem = this.#secondsOfItem === 0 ? seconds : 0.9 * this.#secondsOfItem + 0.1 * seconds;
    this.#atWork -= 1;
    this.#plan();
    this.#noteIdle();
  }

  #noteIdle(): void {
    if (this.#queue.length > 0 || this.#atWork > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
