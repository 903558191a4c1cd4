import { Buffer } from "../host/bytes.ts";
import { stat, truncateSync, writeSync } from "../host/files.ts";
import { createSha256, type Sha256 } from "../host/hashing.ts";
import { linesOf } from "../host/streams.ts";
import { type JsonSchema, count, object, string } from "../../compiler/schema/schema-parts.ts";
import { AppendedFile, type WriteBytes } from "../files/appended-file.ts";
import { validatorOf } from "../files/checked-json.ts";
import { streamRegular } from "../files/regular-file.ts";
import { UserError } from "../user-error.ts";

/** One line of `metrics.jsonl`. */
export interface MetricEvent {
  /** Updates of the whole run. */
  readonly step: number;
  /** The epoch of the step's task; `null` for the final evaluation. */
  readonly epoch: number | null;
  readonly stage: string;
  readonly task: string | null;
  readonly split: "train" | "validation" | "test";
  /**
   * `loss`, `loss/TERM`, `loss_scale`, `rows` of a mixed step, `gradient_norm` (of a task, or of all tasks if a step
   * has several), `rate`, `sampler/NAME`, `data_used` (the fraction of a task's training rows that the stage has
   * trained on, at each validation), `early_stop/waited`, `early_stop/left`, or a metric.
   */
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

/** The clock and the file system that a log needs. */
export interface LogHost {
  readonly now: () => Date;
  readonly write: WriteBytes;
}

const nodeLogHost: LogHost = { now: () => new Date(), write: writeSync };

const flushAfterMilliseconds = 1000;

/**
 * The file `metrics.jsonl`, to which events are appended. Events after the last checkpoint are removed on resume,
 * because their steps run again.
 */
export class MetricsLog {
  readonly #path: string;
  readonly #file: AppendedFile;
  readonly #hash: Sha256;
  readonly #now: () => Date;
  readonly #copies: MetricsCopy[] = [];
  #flushed: number;

  private constructor(
    path: string,
    written: { readonly bytes: number; readonly hash: Sha256 },
    { now, write }: LogHost,
  ) {
    this.#path = path;
    this.#file = new AppendedFile(path, written.bytes, write);
    this.#hash = written.hash;
    this.#now = now;
    this.#flushed = now().getTime();
  }

  /** Continues after the first `bytes` of the file, which must hash to `sha256` if that is known. */
  static async open(
    path: string,
    bytes: number,
    { sha256, ...host }: Partial<LogHost> & { readonly sha256?: string | undefined } = {},
  ): Promise<MetricsLog> {
    const size = await stat(path).then(
      (found) => found.size,
      () => 0,
    );
    if (size < bytes)
      throw new UserError(
        "data",
        `${path} is shorter than when the checkpoint was written.`,
        "Restore the file, or start a new training.",
      );
    const hash = await hashOfBeginning(path, bytes);
    if (sha256 !== undefined && hash.copy().digest("hex") !== sha256) throw damagedLog(path);
    if (size > bytes) truncateSync(path, bytes);
    return new MetricsLog(path, { bytes, hash }, { ...nodeLogHost, ...host });
  }

  /**
   * Sends a copy all events in the file so far, and then every new one. The copy therefore depends on the file alone,
   * and checkpoints contain nothing of it.
   */
  async copyTo(copy: MetricsCopy): Promise<void> {
    this.#file.flush();
    for await (const event of readMetrics(this.#path)) copy.add(event);
    this.#copies.push(copy);
  }

  add({ step, epoch, stage, task, split, name, value }: MetricEvent): void {
    const time = this.#now();
    const event: LoggedValue = {
      step,
      epoch,
      time: time.toISOString(),
      stage,
      task,
      split,
      name,
      value: Number.isFinite(value) ? value : null,
    };
    const line = Buffer.from(`${JSON.stringify(event)}\n`);
    this.#hash.update(line);
    this.#file.add(line);
    for (const copy of this.#copies) copy.add(event);
    if (time.getTime() - this.#flushed > flushAfterMilliseconds) this.#flush(time);
  }

  /** Waits until all events are on the disk. Returns the length of the file. */
  sync(): number {
    this.#flush(this.#now());
    return this.#file.sync();
  }

  /** The SHA-256 of the file as it is after `sync`. */
  sha256(): string {
    return this.#hash.copy().digest("hex");
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

async function hashOfBeginning(path: string, bytes: number): Promise<Sha256> {
  const hash = createSha256();
  if (bytes > 0) for await (const piece of await streamRegular(path, { end: bytes - 1 })) hash.update(piece as Buffer);
  return hash;
}

function damagedLog(path: string): UserError {
  return new UserError(
    "data",
    `${path} is damaged: its content is not what was logged.`,
    "Restore the file, or start a new training.",
  );
}

/** The length and hash of the log at a checkpoint. */
export interface LoggedBeginning {
  readonly metricsBytes: number;
  readonly metricsSha256?: string | undefined;
}

/** Throws a `UserError` if the beginning of a log has changed since the checkpoint. */
export async function checkMetrics(path: string, { metricsBytes, metricsSha256 }: LoggedBeginning): Promise<void> {
  if (metricsSha256 === undefined) return;
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size < metricsBytes || (await hashOfBeginning(path, metricsBytes)).digest("hex") !== metricsSha256)
    throw damagedLog(path);
}

/**
 * The lines of a log; a last one that a killed process left in its middle is skipped, any other that cannot be read is
 * an error. Without a file there are no lines.
 */
export async function* readMetrics(path: string): AsyncGenerator<LoggedValue> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return;
  let broken: UserError | undefined;
  let number = 0;
  for await (const line of linesOf(await streamRegular(path))) {
    if (broken) throw broken;
    number++;
    const event = parseLine(line);
    if (event) yield event;
    else
      broken = new UserError("data", `${path}, line ${number}, is not a line of a metrics log.`, "Restore the file.");
  }
}

const orNull = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: "null" }] });
const loggedValue = validatorOf<LoggedValue>(
  object({
    step: count,
    epoch: orNull(count),
    time: string,
    stage: string,
    task: orNull(string),
    split: { enum: ["train", "validation", "test"] },
    name: string,
    value: orNull({ type: "number" }),
  }),
);

function parseLine(line: string): LoggedValue | undefined {
  try {
    const value = JSON.parse(line) as unknown;
    return loggedValue()(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
