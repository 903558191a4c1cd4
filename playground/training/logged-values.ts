import type { TrainingEvent } from "../../runtime/browser/training-messages.ts";
import type { LoggedValue } from "../../runtime/run/metrics-log.ts";

/** Collects the events of a training as the values that a run's log has, from which charts are made. */
export class LoggedValues {
  readonly #values: LoggedValue[] = [];
  /** Updates of the whole run before the present stage, and up to now. */
  #before = 0;
  #last = 0;

  /** The values of a run that is resumed, up to its newest checkpoint: later steps run again. */
  static of(files: Readonly<Record<string, Uint8Array>>): LoggedValues {
    const log = new LoggedValues();
    const textOf = (path: string): string => new TextDecoder().decode(files[path]);
    log.#last = Number(/^step-(\d+)/u.exec(textOf("checkpoints/last"))?.[1] ?? 0);
    // The last line may have been written in part.
    const lines = textOf("metrics.jsonl").split("\n").slice(0, -1);
    const logged = lines.map((line) => JSON.parse(line) as LoggedValue);
    log.#values.push(...logged.filter((value) => value.step <= log.#last && isDrawn(value)));
    return log;
  }

  /** A copy, so that who draws it sees that it is another one. */
  get values(): readonly LoggedValue[] {
    return [...this.#values];
  }

  add(event: TrainingEvent): void {
    switch (event.kind) {
      case "stage":
        this.#before = this.#last - event.done;
        return;
      case "step":
        this.#last = this.#before + event.step;
        return this.#addStep(event);
      case "validation":
        for (const { task, name, value } of event.values)
          this.#put({ ...event, epoch: null }, { task, split: event.split, name, value });
        if (event.score !== undefined)
          this.#put({ ...event, epoch: null }, { task: null, split: "validation", name: "score", value: event.score });
        return;
      case "samplers":
        for (const { task, name, value } of event.status)
          this.#put({ ...event, epoch: null }, { task, split: "train", name: `sampler/${name}`, value });
        return;
      case "leave":
        this.#put({ ...event, epoch: null }, { task: event.task, split: "train", name: "early_stop/left", value: 1 });
        return;
      default:
        return;
    }
  }

  #addStep(event: TrainingEvent & { readonly kind: "step" }): void {
    for (const [task, loss] of event.losses) {
      const moment = { ...event, epoch: event.epochs.get(task) ?? event.epoch };
      this.#put(moment, { task, split: "train", name: "loss", value: loss });
      const share = event.shares.get(task);
      if (share !== undefined && event.losses.size > 1)
        this.#put(moment, { task, split: "train", name: "rows", value: share });
    }
    this.#put(event, { task: null, split: "train", name: "rate", value: event.rate });
  }

  #put(
    { stage, step, epoch }: { readonly stage: string; readonly step: number; readonly epoch: number | null },
    value: Pick<LoggedValue, "task" | "split" | "name"> & { readonly value: number },
  ): void {
    const finite = Number.isFinite(value.value) ? value.value : null;
    this.#values.push({ ...value, value: finite, stage, epoch, step: this.#before + step, time: "" });
  }
}

/** A log has more than the events of a training, such as the norms of gradients. */
function isDrawn({ split, name }: LoggedValue): boolean {
  return split === "validation" || /^(?:loss|rows|rate|early_stop\/left|sampler\/.+)$/u.test(name);
}
