import type { FailureKind } from "../user-error.ts";
import type { TrialEnd, TrialTraining } from "./train-trial.ts";

/** A message from the search to the process of a trial: `stop` asks it to save its run and to end. */
export type SearchMessage = { readonly kind: "train"; readonly training: TrialTraining } | { readonly kind: "stop" };

/** A message from the process of a trial to the search. */
export type TrialMessage =
  | { readonly kind: "run"; readonly name: string }
  | { readonly kind: "validation"; readonly count: number }
  | { readonly kind: "note"; readonly note: string }
  | { readonly kind: "end"; readonly end: TrialEnd }
  | { readonly kind: "error"; readonly failure: FailureKind; readonly message: string; readonly help: string | null };
