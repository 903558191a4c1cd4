import type { ComponentType } from "preact";
import { type Tab, tab, tabs } from "../state/app-state.ts";
import { CostView } from "./cost-view.tsx";
import { later } from "./later.tsx";
import { ModelView } from "./model-view.tsx";
import { ResultsView } from "./results-view.tsx";
import { TabList } from "./tab-list.tsx";
import { TrainView } from "./train-view.tsx";

const TryView = later(async () => (await import("./try-view.tsx")).TryView);

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
      <TabList
        label="Views"
        tabs={tabs.map((name) => ({ name, id: `tab-${name}`, title: views[name].title }))}
        selected={tab.value}
        controls="view"
        onSelect={(name) => (tab.value = name)}
      />
      <div class="view" role="tabpanel" id="view" aria-labelledby={`tab-${tab.value}`} tabIndex={-1}>
        {View ? <View /> : undefined}
      </div>
    </section>
  );
}
