import { existsSync } from "../host/files.ts";
import { fork } from "../host/machine.ts";
import { packageRoot } from "../host/package-root.ts";
import { join } from "../host/paths.ts";
import { UserError } from "../user-error.ts";
import type { RunTrial, TrialEnd } from "./train-trial.ts";
import type { SearchMessage, TrialMessage } from "./trial-messages.ts";

/** The built module that a process of a trial runs. */
export function trialModule(): string {
  const path = join(packageRoot(), "dist", "runtime", "search", "trial-main.js");
  if (existsSync(path)) return path;
  throw new UserError("usage", `Trials in several processes need ${path}, which is not built.`, "Run `npm run build`.");
}

/** Trains each trial in a process of its own, which runs `module`. A process that is lost is the failure of its trial. */
export function forkTrials(module: string): RunTrial {
  return (training, events, interrupt) =>
    new Promise<TrialEnd>((resolve, reject) => {
      const child = fork(module, [], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
      const tell = (message: SearchMessage): void => {
        // Between the end of a child and its last event, messages are lost.
        if (child.connected) child.send(message, () => {});
      };
      let end: TrialEnd | UserError | undefined;
      const stop = (): void => {
        // The child has had the signal of a terminal too; a second one would end it before it has saved its run.
        tell({ kind: "stop" });
      };
      interrupt.addEventListener("abort", stop, { once: true });
      child.on("message", (message: TrialMessage) => {
        if (message.kind === "run") events.onRun(message.name);
        else if (message.kind === "validation") events.onValidation(message.count);
        else if (message.kind === "note") events.onNote(message.note);
        else if (message.kind === "end") end = message.end;
        else end = new UserError(message.failure, message.message, message.help ?? undefined);
      });
      child.once("error", reject);
      child.once("exit", (code, signal) => {
        interrupt.removeEventListener("abort", stop);
        if (end instanceof UserError) reject(end);
        else if (end) resolve(end);
        else if (interrupt.aborted) resolve({ state: "interrupted" });
        else
          resolve({ state: "failed", reason: `Its process ended early, by ${signal ?? `exit code ${String(code)}`}.` });
      });
      tell({ kind: "train", training });
    });
}
