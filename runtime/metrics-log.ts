import { closeSync, fsyncSync, openSync, truncateSync, writeSync } from "node:fs";
import { stat } from "node:fs/promises";
import { UserError } from "./user-error.ts";

/** One line of `metrics.jsonl`. */
export interface MetricEvent {
  /** Updates of the whole run. */
  readonly step: number;
  /** Of the step's task; not known for the final evaluation. */
  readonly epoch: number | null;
  readonly stage: string;
  readonly task: string | null;
  readonly split: "train" | "validation" | "test";
  /** `loss`, `loss/TERM`, `loss_scale`, `gradient_norm`, `rate`, or a metric. */
  readonly name: string;
  /** Not finite is `null` in JSON. */
  readonly value: number;
}

const flushAfterMilliseconds = 1000;
const flushAfterCharacters = 1 << 16;

/** `metrics.jsonl`, appended to. What was logged since the last checkpoint is cut on resume, because those steps run again. */
export class MetricsLog {
  readonly #file: number;
  readonly #now: () => Date;
  #pending = "";
  #bytes: number;
  #flushed: number;

  private constructor(file: number, bytes: number, now: () => Date) {
    this.#file = file;
    this.#bytes = bytes;
    this.#now = now;
    this.#flushed = now().getTime();
  }

  /** Goes on after the first `bytes` of the file. */
  static async open(path: string, bytes: number, now: () => Date = () => new Date()): Promise<MetricsLog> {
    const size = await stat(path).then(
      (found) => found.size,
      () => 0,
    );
    if (size < bytes) throw new UserError("data", `${path} is shorter than when the checkpoint was written.`, "Restore the file, or train anew.");
    if (size > bytes) truncateSync(path, bytes);
    return new MetricsLog(openSync(path, "a"), bytes, now);
  }

  add({ step, epoch, stage, task, split, name, value }: MetricEvent): void {
    const time = this.#now();
    this.#pending += `${JSON.stringify({ step, epoch, time: time.toISOString(), stage, task, split, name, value })}\n`;
    if (this.#pending.length > flushAfterCharacters || time.getTime() - this.#flushed > flushAfterMilliseconds) this.#flush();
  }

  /** Everything so far is on the disk; gives the length of the file. */
  sync(): number {
    this.#flush();
    fsyncSync(this.#file);
    return this.#bytes;
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    const bytes = Buffer.from(this.#pending);
    for (let written = 0; written < bytes.length; ) written += writeSync(this.#file, bytes, written);
    this.#bytes += bytes.length;
    this.#pending = "";
    this.#flushed = this.#now().getTime();
  }
}
