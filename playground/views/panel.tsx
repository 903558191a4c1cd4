import type { ComponentType } from "preact";
import { type Tab, tab, tabs } from "../state/app-state.ts";
import { CostView } from "./cost-view.tsx";
import { ModelView } from "./model-view.tsx";
import { ResultsView } from "./results-view.tsx";
import { TrainView } from "./train-view.tsx";
import { TryView } from "./try-view.tsx";

const views: { readonly [Name in Tab]: { readonly title: string; readonly view: ComponentType | undefined } } = {
  code: { title: "Code", view: undefined },
  model: { title: "Model", view: ModelView },
  cost: { title: "Cost", view: CostView },
  train: { title: "Train", view: TrainView },
  results: { title: "Results", view: ResultsView },
  try: { title: "Try", view: TryView },
};

/** The panel beside the text: one tab of it is shown. */
export function Panel() {
  const { view: View } = views[tab.value];
  return (
    <section class="panel" aria-label="Model and training">
      <div class="tabs" role="tablist" aria-label="Views" onKeyDown={onKey}>
        {tabs.map((name) => (
          <button
            type="button"
            key={name}
            role="tab"
            id={`tab-${name}`}
            aria-selected={tab.value === name}
            aria-controls="view"
            tabIndex={tab.value === name ? 0 : -1}
            onClick={() => (tab.value = name)}
          >
            <span data-title={views[name].title}>{views[name].title}</span>
          </button>
        ))}
      </div>
      <div class="view" role="tabpanel" id="view" aria-labelledby={`tab-${tab.value}`} tabIndex={-1}>
        {View ? <View /> : undefined}
      </div>
    </section>
  );
}

/** Arrows go from tab to tab, as readers of a list of tabs expect. */
function onKey(event: KeyboardEvent): void {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (by === undefined) return;
  const shown = tabs.filter((name) => {
    const button = document.getElementById(`tab-${name}`);
    return button && button.offsetParent !== null;
  });
  const next = shown[(shown.indexOf(tab.value) + by + shown.length) % shown.length];
  if (next === undefined) return;
  tab.value = next;
  document.getElementById(`tab-${next}`)?.focus();
}
