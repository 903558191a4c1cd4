import { type EpochOrder, type EpochOrderSettings, orderOfEpoch } from "./epoch-order.ts";

/** The position of a task's supply, which is its whole state. */
export interface SupplyState {
  readonly epoch: number;
  readonly cursor: number;
}

export interface SupplySettings extends EpochOrderSettings {
  /** Batches of one step. */
  readonly accumulate: number;
}

/** The batches of one step; all of one epoch. */
export interface SuppliedStep {
  readonly epoch: number;
  /**
   * Positions in the training split, one list a batch. The last batch of an epoch may be short, and its step may have
   * fewer batches.
   */
  readonly batches: readonly (readonly number[])[];
}

/** Positions in the training split, and the epoch of the task that they belong to. */
export interface SuppliedRows {
  readonly epoch: number;
  readonly rows: readonly number[];
}

/**
 * Supplies the rows of one task in an order that is keyed by (seed, stage, task, epoch): each row once per epoch, in a
 * new order in every epoch.
 */
export class BatchSupply {
  readonly #settings: SupplySettings;
  #epoch = 0;
  #cursor = 0;
  #order: EpochOrder | undefined;

  constructor(settings: SupplySettings) {
    this.#settings = settings;
  }

  next(): SuppliedStep {
    const { batch, accumulate } = this.#settings;
    const { epoch, rows } = this.atMost(batch * accumulate);
    const batches = Array.from({ length: Math.ceil(rows.length / batch) }, (_, index) =>
      rows.slice(index * batch, (index + 1) * batch),
    );
    return { epoch, batches };
  }

  /** Exactly `count` rows, from as many epochs as necessary. */
  take(count: number): readonly SuppliedRows[] {
    const taken: SuppliedRows[] = [];
    for (let left = count; left > 0; left -= taken.at(-1)?.rows.length ?? 0) taken.push(this.atMost(left));
    return taken;
  }

  /** The next rows of the epoch; fewer than `most` at its end. */
  atMost(most: number): SuppliedRows {
    const { rows } = this.#settings;
    if (rows === 0) throw new Error(`task ${this.#settings.task} has no rows`);
    if (this.#cursor >= rows) {
      this.#epoch++;
      this.#cursor = 0;
      this.#order = undefined;
    }
    this.#order ??= orderOfEpoch(this.#settings, this.#epoch);
    const taken = this.#order.slice(this.#cursor, this.#cursor + most);
    this.#cursor += taken.length;
    return { epoch: this.#epoch, rows: taken };
  }

  state(): SupplyState {
    return { epoch: this.#epoch, cursor: this.#cursor };
  }

  restore({ epoch, cursor }: SupplyState): void {
    this.#epoch = epoch;
    this.#cursor = cursor;
    this.#order = undefined;
  }
}
