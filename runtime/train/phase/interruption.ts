import { process } from "../../host/machine.ts";

/** The signals of Ctrl-C; of `kill` and a machine that shuts down; and of a terminal or connection that is closed. */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface Interruption {
  readonly signal: AbortSignal;
  stop(): void;
}

/**
 * Aborts on the first of these signals, so that a run can save itself. From then on the process handles signals as
 * usual, and a second one ends it. `told` is called at once, because saving may take a while.
 */
export function interruptOnSignals(told: () => void = () => undefined): Interruption {
  const controller = new AbortController();
  const stop = () => {
    for (const signal of signals) process.removeListener(signal, interrupt);
  };
  const interrupt = (signal: NodeJS.Signals) => {
    stop();
    controller.abort(signal);
    told();
  };
  for (const signal of signals) process.on(signal, interrupt);
  return { signal: controller.signal, stop };
}
