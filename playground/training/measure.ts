import { batch } from "@preact/signals";
import { currentTraining, evaluationsIn } from "./controller.ts";
import * as state from "./training-state.ts";

/** Measures a run that was stopped on its validation rows, as a training does at its end. */
export async function measure(): Promise<void> {
  const training = currentTraining();
  if (!training) return;
  const results = await training.evaluate("validation");
  const files = await training.runFiles();
  batch(() => {
    state.results.value = results;
    state.evaluations.value = evaluationsIn(files);
  });
}
