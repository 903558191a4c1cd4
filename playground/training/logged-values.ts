import type { TrainingEvent } from "../../runtime/browser/training-messages.ts";
import type { LoggedValue } from "../../runtime/run/metrics-log.ts";

/** Collects the events of a training as the values that a run's log has, from which charts are made. */
export class LoggedValues {
  readonly #values: LoggedValue[] = [];
  /** Updates of the whole run before the present stage, and up to now. */
  #before = 0;
  #last = 0;

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
