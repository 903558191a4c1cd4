/** The rows of a task's training split that have been trained on: one bit each. */
import { Buffer } from "../../host/bytes.ts";
export class UsedRows {
  readonly #rows: number;
  readonly #bits: Uint8Array;
  #used = 0;

  constructor(rows: number) {
    this.#rows = rows;
    this.#bits = new Uint8Array(Math.ceil(rows / 8));
  }

  /** Positions in the split. */
  add(positions: readonly number[]): void {
    for (const position of positions) {
      const [byte, bit] = [position >> 3, 1 << (position & 7)];
      const before = this.#bits[byte] ?? 0;
      if ((before & bit) !== 0) continue;
      this.#bits[byte] = before | bit;
      this.#used++;
    }
  }

  /** The fraction of all rows, 0 to 1. */
  get share(): number {
    return this.#rows === 0 ? 0 : this.#used / this.#rows;
  }

  /** The bits in base64, beginning with those of the first eight rows. */
  state(): string {
    return Buffer.from(this.#bits).toString("base64");
  }

  restore(state: string): void {
    this.#bits.set(Buffer.from(state, "base64"));
    this.#used = this.#bits.reduce((sum, byte) => sum + ones(byte), 0);
  }
}

function ones(byte: number): number {
  return byte === 0 ? 0 : (byte & 1) + ones(byte >> 1);
}
