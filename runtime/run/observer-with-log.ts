import { appendFileSync } from "../host/files.ts";
import { counted } from "../../compiler/counted.ts";
import type { RunFolder } from "./run-folder.ts";
import type { TrainingObserver } from "../train/phase/observer.ts";

/**
 * Adds a line to `log.txt`, which is for people: if it cannot be written, the run continues; files that the run needs
 * fail by themselves.
 */
export function appendLog({ log }: RunFolder, text: string): void {
  try {
    appendFileSync(log, `${new Date().toISOString()} ${text}\n`);
  } catch {
    // A full disk would otherwise hide the message that is to be noted.
  }
}

/** An observer that also writes events to `log.txt`. */
export function observerWithLog(observer: TrainingObserver, folder: RunFolder): TrainingObserver {
  const note = (text: string) => appendLog(folder, text);
  return {
    ...observer,
    onRun: (event) => {
      note(`${event.resumedFrom ? `Continues from ${event.resumedFrom}` : "Begins"} on ${event.engine}.`);
      observer.onRun?.(event);
    },
    onStage: (event) => {
      note(
        `Stage ${event.stage}: ${event.total - event.done} of ${counted(event.total, "update")} of ${event.tasks.join(", ")}.`,
      );
      observer.onStage?.(event);
    },
    onValidation: (event) => {
      note(
        `Step ${event.step}: ${event.values.map(({ task, name, value }) => `${task}.${name} ${value}`).join(", ")}${event.score === undefined ? "" : `, score ${event.score}`}${event.best ? ", the best so far" : ""}.`,
      );
      observer.onValidation?.(event);
    },
    onCheckpoint: (event) => {
      note(`Saved ${event.name}.`);
      observer.onCheckpoint?.(event);
    },
    onNote: (text) => {
      note(text);
      observer.onNote?.(text);
    },
    onWarning: (text) => {
      note(text);
      observer.onWarning?.(text);
    },
    onEnd: (event) => {
      note("Ends.");
      observer.onEnd?.(event);
    },
  };
}
