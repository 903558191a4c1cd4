import { isOutdated, trained } from "../training/training-state.ts";

/** Says which text a model is of, where the editor has another one by now. */
export function Outdated() {
  if (!isOutdated.value) return undefined;
  return (
    <p class="note" role="status">
      This is of {trained.value?.state.name} as it was when the training began; the text has changed since.
    </p>
  );
}
