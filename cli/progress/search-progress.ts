import { createLogUpdate } from "log-update";
import { counted } from "../../compiler/counted.ts";
import { visibleText } from "../../compiler/diagnostics/render/visible-text.ts";
import type { SearchObserver, Trial } from "../../runtime/index.ts";
import { trialScore } from "../../runtime/search/trial-rows.ts";
import { describeValues } from "../search-table.ts";
import { canRedraw } from "../terminal.ts";
import type { Session } from "../verb.ts";

/** Shows the progress of a search on stderr. Call `stop` before writing anything else there. */
export interface SearchProgress {
  readonly observer: SearchObserver;
  stop(): void;
}

/**
 * Writes a line for each trial that pauses or ends, and, where stderr is a terminal, redraws one about those that are
 * trained.
 */
export function createSearchProgress(session: Session): SearchProgress {
  if (session.display.quiet === true) return { observer: {}, stop: () => {} };
  const { io, note } = session;
  const frame = canRedraw(io.stderr, io) ? createLogUpdate(io.stderr, { showCursor: true }) : undefined;
  const trials = new Map<number, Trial>();
  const write = (line: string): void => (frame ? frame.persist(visibleText(line)) : note(line));
  const draw = (): void => frame?.(visibleText(describeAll([...trials.values()])));
  return {
    observer: {
      onSearch: (event) => {
        for (const trial of event.trials) trials.set(trial.number, trial);
        draw();
      },
      onTrial: (trial) => {
        trials.set(trial.number, trial);
        const line = lineOf(trial);
        if (line !== undefined) write(line);
        draw();
      },
      onNote: (text, trial) => {
        if (!trial) write(text);
      },
    },
    stop: () => frame?.clear(),
  };
}

function describeAll(trials: readonly Trial[]): string {
  const ended = trials.filter(({ state }) => state === "finished" || state === "failed");
  const training = trials
    .filter(({ state }) => state === "training")
    .map(({ number, validations }) => `trial ${number} after ${counted(validations, "validation")}`);
  return `${ended.length} of ${counted(trials.length, "trial")} ended${training.length === 0 ? "" : `; ${training.join(", ")}`}`;
}

/** A line for a trial that has paused or ended. */
function lineOf(trial: Trial): string | undefined {
  const { number, state, validations, reason } = trial;
  const name = `trial ${number}  ${describeValues(trial)}`;
  switch (state) {
    case "waiting":
    case "training":
      return undefined;
    case "failed":
      return `${name}  failed: ${reason ?? ""}`;
    case "paused":
    case "finished":
      return `${name}  ${state} after ${counted(validations, "validation")}, score ${trialScore(trial, { sign: 1 })}`;
  }
}
