import { drawnValues } from "../draw.ts";
import { type MethodSettings, type SearchMethod, nextWaiting } from "./method.ts";

/** Values are drawn independently (Bergstra & Bengio, 2012), and each trial is trained to its end. */
export function randomSearch({ space, seed, trials }: MethodSettings): SearchMethod {
  return {
    trials,
    valuesOf: (trial, attempt) => drawnValues(space, { seed, trial, attempt }),
    next: nextWaiting,
  };
}
