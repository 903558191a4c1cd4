import { useState } from "preact/hooks";
import { say } from "../state/app-state.ts";

/** Runs something that takes time, never twice at once, and says the message of an error. */
export function useTask(run: () => Promise<void>): { readonly isBusy: boolean; readonly start: () => void } {
  const [isBusy, setBusy] = useState(false);
  const start = async (): Promise<void> => {
    if (isBusy) return;
    setBusy(true);
    try {
      await run();
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, start: () => void start() };
}
