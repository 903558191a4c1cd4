import { process } from "../host/machine.ts";
import { asUserError } from "../files/system-failure.ts";
import { interruptOnSignals } from "../train/phase/interruption.ts";
import { UserError } from "../user-error.ts";
import { type TrialTraining, trainTrial } from "./train-trial.ts";
import type { SearchMessage, TrialMessage } from "./trial-messages.ts";

/**
 * The process of one trial, which a search with `--jobs` starts: it gets the training as a message, and tells how it goes.
 * Where the search has ended, it saves its run and ends.
 */
function main(): void {
  const { signal } = interruptOnSignals();
  const stopped = new AbortController();
  process.once("disconnect", () => stopped.abort());
  process.on("message", (message: SearchMessage) => {
    if (message.kind === "stop") stopped.abort();
    else
      void run(message.training, AbortSignal.any([signal, stopped.signal])).finally(() => {
        if (process.connected) process.disconnect();
      });
  });
}

async function run(training: TrialTraining, interrupt: AbortSignal): Promise<void> {
  try {
    const events = {
      onRun: (name: string) => send({ kind: "run", name }),
      onValidation: (count: number) => send({ kind: "validation", count }),
      onNote: (note: string) => send({ kind: "note", note }),
    };
    send({ kind: "end", end: await trainTrial(training, events, interrupt) });
  } catch (cause) {
    const error = asUserError(cause);
    if (!(error instanceof UserError)) throw error;
    send({ kind: "error", failure: error.kind, message: error.message, help: error.help ?? null });
  }
}

function send(message: TrialMessage): void {
  if (process.connected) process.send?.(message);
}

main();
