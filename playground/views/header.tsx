import { computed } from "@preact/signals";
import { canTrain, dialog, shared, tab } from "../state/app-state.ts";
import { examples } from "../state/examples.ts";
import { train } from "../training/controller.ts";
import { keptOffer } from "../training/kept-offer.ts";
import { isBusy, progress } from "../training/training-state.ts";

export function Header() {
  const { example, name } = shared.value;
  const title = examples.find((each) => each.name === example)?.title ?? name;
  return (
    <header>
      <h1>
        <img src="./icon.svg" alt="" width="26" height="26" />
        mtl <span>playground</span>
      </h1>
      <button type="button" class="quiet chooser" onClick={() => (dialog.value = { kind: "examples" })}>
        <span class="visually-hidden">Examples, now </span>
        {title}
        <Chevron />
      </button>
      <span class="space" />
      <button type="button" class="quiet" onClick={() => (dialog.value = { kind: "export" })}>
        Export
      </button>
      <button type="button" class="quiet" onClick={() => (dialog.value = { kind: "share" })}>
        Share
      </button>
      <button type="button" class="primary" disabled={!isBusy.value && !canTrain.value} onClick={showTraining}>
        {isBusy.value ? `Training ${share.value}` : "Train"}
      </button>
    </header>
  );
}

/** The part of the present stage that is done. */
const share = computed(() => {
  const { step = 0, total = 1 } = progress.value ?? {};
  return `${Math.floor((100 * step) / total)} %`;
});

/** A training that was interrupted is not begun again before its reader has seen that it can be resumed. */
function showTraining(): void {
  tab.value = "train";
  const { isDone = true, isOpen = false } = keptOffer.value?.run ?? {};
  if (isDone || isOpen) void train();
}

function Chevron() {
  return (
    <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
      <path d="M2 3.500l3 3 3-3" fill="none" stroke="currentColor" stroke-width="1.500" stroke-linecap="round" />
    </svg>
  );
}
