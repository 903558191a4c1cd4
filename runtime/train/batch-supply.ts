import { generator } from "../random/generator.ts";

/** Where a task's supply stands: the whole of its state. */
export interface SupplyState {
  readonly epoch: number;
  readonly cursor: number;
}

export interface SupplySettings {
  readonly seed: number;
  /** The stage, so that two stages do not repeat each other's order. */
  readonly stage: string;
  readonly task: string;
  /** Rows of the training split. */
  readonly rows: number;
  /** Rows of a batch. */
  readonly batch: number;
  /** Batches of one step. */
  readonly accumulate: number;
}

/** The batches of one step; all of one epoch. */
export interface SuppliedStep {
  readonly epoch: number;
  /** Positions in the training split, one list a batch. The last batch of an epoch may be short, and its step may have fewer batches. */
  readonly batches: readonly (readonly number[])[];
}

/** Hands out the rows of one task in an order keyed by (seed, stage, task, epoch): each row once an epoch, a new order every epoch. */
export class BatchSupply {
  readonly #settings: SupplySettings;
  #epoch = 0;
  #cursor = 0;
  #order: Uint32Array | undefined;

  constructor(settings: SupplySettings) {
    this.#settings = settings;
  }

  next(): SuppliedStep {
    const { rows, batch, accumulate } = this.#settings;
    if (rows === 0) throw new Error(`task ${this.#settings.task} has no rows`);
    if (this.#cursor >= rows) {
      this.#epoch++;
      this.#cursor = 0;
      this.#order = undefined;
    }
    this.#order ??= this.#orderOf(this.#epoch);
    const step = this.#order.subarray(this.#cursor, this.#cursor + batch * accumulate);
    this.#cursor += step.length;
    const batches = Array.from({ length: Math.ceil(step.length / batch) }, (_, index) => [...step.subarray(index * batch, (index + 1) * batch)]);
    return { epoch: this.#epoch, batches };
  }

  state(): SupplyState {
    return { epoch: this.#epoch, cursor: this.#cursor };
  }

  restore({ epoch, cursor }: SupplyState): void {
    this.#epoch = epoch;
    this.#cursor = cursor;
    this.#order = undefined;
  }

  #orderOf(epoch: number): Uint32Array {
    const { seed, stage, task, rows } = this.#settings;
    return generator(seed, "order of rows", stage, task, epoch).permutation(rows);
  }
}
