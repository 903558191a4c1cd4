import { createReadStream, truncateSync, writeSync } from "node:fs";
import { stat } from "node:fs/promises";
import { createInterface } from "node:readline";
import { AppendedFile, type WriteBytes } from "./appended-file.ts";
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
  /** `loss`, `loss/TERM`, `loss_scale`, `rows` of a mixed step, `gradient_norm` (of a task; of the whole where a step has several), `rate`, `sampler/NAME`, `data_used` (which share of a task's training rows the stage has trained on so far, at each validation), or a metric. */
  readonly name: string;
  /** Not finite is `null` in JSON. */
  readonly value: number;
}

/** A line as it is read back; a value that was not finite is `null`. */
export type LoggedValue = Omit<MetricEvent, "value"> & {
  readonly value: number | null;
  /** ISO 8601. */
  readonly time: string;
};

/** The same events in another form. */
export interface MetricsCopy {
  add(event: LoggedValue): void;
  flush(): void;
  close(): void;
}

/** What a log needs of the outside. */
export interface LogHost {
  readonly now: () => Date;
  readonly write: WriteBytes;
}

const nodeLogHost: LogHost = { now: () => new Date(), write: writeSync };

const flushAfterMilliseconds = 1000;

/** `metrics.jsonl`, appended to. What was logged since the last checkpoint is cut on resume, because those steps run again. */
export class MetricsLog {
  readonly #path: string;
  readonly #file: AppendedFile;
  readonly #now: () => Date;
  readonly #copies: MetricsCopy[] = [];
  #flushed: number;

  private constructor(path: string, bytes: number, { now, write }: LogHost) {
    this.#path = path;
    this.#file = new AppendedFile(path, bytes, write);
    this.#now = now;
    this.#flushed = now().getTime();
  }

  /** Goes on after the first `bytes` of the file. */
  static async open(path: string, bytes: number, host: Partial<LogHost> = {}): Promise<MetricsLog> {
    const size = await stat(path).then(
      (found) => found.size,
      () => 0,
    );
    if (size < bytes) throw new UserError("data", `${path} is shorter than when the checkpoint was written.`, "Restore the file, or train anew.");
    if (size > bytes) truncateSync(path, bytes);
    return new MetricsLog(path, bytes, { ...nodeLogHost, ...host });
  }

  /** The copy gets what the file holds already, and then every event. So it follows from the file alone, and nothing of it is in a checkpoint. */
  async copyTo(copy: MetricsCopy): Promise<void> {
    this.#file.flush();
    for await (const event of readMetrics(this.#path)) copy.add(event);
    this.#copies.push(copy);
  }

  add({ step, epoch, stage, task, split, name, value }: MetricEvent): void {
    const time = this.#now();
    const event: LoggedValue = { step, epoch, time: time.toISOString(), stage, task, split, name, value: Number.isFinite(value) ? value : null };
    this.#file.add(Buffer.from(`${JSON.stringify(event)}\n`));
    for (const copy of this.#copies) copy.add(event);
    if (time.getTime() - this.#flushed > flushAfterMilliseconds) this.#flush(time);
  }

  /** Everything so far is on the disk; gives the length of the file. */
  sync(): number {
    this.#flush(this.#now());
    return this.#file.sync();
  }

  close(): void {
    this.#file.close();
    for (const copy of this.#copies) copy.close();
  }

  #flush(time: Date): void {
    this.#file.flush();
    for (const copy of this.#copies) copy.flush();
    this.#flushed = time.getTime();
  }
}

/** The lines of a log; a last one that a killed process left in its middle is passed over, any other that cannot be read is an error. Nothing where there is no file. */
export async function* readMetrics(path: string): AsyncGenerator<LoggedValue> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return;
  let broken: UserError | undefined;
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    if (broken) throw broken;
    number++;
    const event = parseLine(line);
    if (event) yield event;
    else broken = new UserError("data", `${path}, line ${number}, is not JSON.`, "Restore the file.");
  }
}

function parseLine(line: string): LoggedValue | undefined {
  try {
    return JSON.parse(line) as LoggedValue;
  } catch {
    return undefined;
  }
}
