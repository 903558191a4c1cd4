import type { Server } from "./server.ts";

/** Milliseconds without a change after which a user has paused. */
const pause = 250;

/** Work that waits for a pause: it yields between steps, and ends before the next step if something changes. */
export type IdleWork = () => Iterable<unknown>;

/**
 * Work for when the user pauses. Each piece is done after those that were added before it, one step at a time, so that messages which arrive
 * in between are handled first. A change ends what is being done, and all of it begins anew after the next pause.
 */
export class Idle {
  readonly #server: Server;
  readonly #works: { readonly work: IdleWork; readonly after: number }[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Counts changes. */
  #change = 0;

  constructor(server: Server) {
    this.#server = server;
  }

  /** `after` are further milliseconds without a change, for work whose steps are so long that typing would be delayed. */
  add(work: IdleWork, after = 0): void {
    this.#works.push({ work, after });
  }

  /** Something changed that the work depends on. */
  changed(): void {
    this.#change += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#run(this.#change), pause);
  }

  async #run(change: number): Promise<void> {
    for (const { work, after } of this.#works) {
      if (after > 0) await new Promise((done) => setTimeout(done, after));
      if (change !== this.#change) return;
      const steps = this.#server.attempt(undefined, () => work()[Symbol.iterator]());
      while (!this.#server.attempt(true, () => steps?.next().done ?? true)) {
        await new Promise((done) => setImmediate(done));
        if (change !== this.#change) return;
      }
    }
  }
}
