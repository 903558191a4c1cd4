import { mkdirSync, rmSync } from "../host/files.ts";
import { join } from "../host/paths.ts";
import { AppendedFile } from "../files/appended-file.ts";
import type { LoggedValue, MetricsCopy } from "../run/metrics-log.ts";
import { encodeEvent, type EventMessage } from "./event-message.ts";
import { recordFramer } from "./frame-record.ts";
import { SamplerShare } from "./sampler-share.ts";

/** TensorBoard reads every file with `tfevents` in its name. */
const fileName = "events.out.tfevents.mtl";

/**
 * The metrics log as TensorBoard reads it: a folder for each split, so that a task's training and validation loss,
 * under one tag, are curves of one chart. Files are begun anew, since the log is replayed into them.
 */
export class EventFiles implements MetricsCopy {
  readonly #folder: string;
  readonly #frame: (record: Uint8Array) => Uint8Array;
  readonly #files = new Map<string, AppendedFile>();
  readonly #share = new SamplerShare();

  private constructor(folder: string, frame: (record: Uint8Array) => Uint8Array) {
    this.#folder = folder;
    this.#frame = frame;
  }

  static async create(folder: string): Promise<EventFiles> {
    const frame = await recordFramer();
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    return new EventFiles(folder, frame);
  }

  add(event: LoggedValue): void {
    this.#write(event);
    for (const share of this.#share.after(event)) this.#write(share);
  }

  flush(): void {
    for (const file of this.#files.values()) file.flush();
  }

  close(): void {
    for (const file of this.#files.values()) file.close();
  }

  #write(event: LoggedValue): void {
    const wall_time = Date.parse(event.time) / 1000;
    const file = this.#files.get(event.split) ?? this.#begin(event.split, wall_time);
    file.add(
      this.#record({
        wall_time,
        step: event.step,
        summary: { value: [{ tag: tagOf(event), simple_value: event.value ?? Number.NaN }] },
      }),
    );
  }

  #begin(split: LoggedValue["split"], wall_time: number): AppendedFile {
    const folder = join(this.#folder, split);
    mkdirSync(folder, { recursive: true });
    const file = new AppendedFile(join(folder, fileName), 0);
    file.add(this.#record({ wall_time, file_version: "brain.Event:2" }));
    this.#files.set(split, file);
    return file;
  }

  #record(message: EventMessage): Uint8Array {
    return this.#frame(encodeEvent(message));
  }
}

/** `species/accuracy`; what belongs to no task is of the step: `step/rate`. */
export function tagOf({ task, name }: Pick<LoggedValue, "task" | "name">): string {
  return `${task ?? "step"}/${name}`;
}
