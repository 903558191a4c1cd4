import { charts, hasModel, isBusy, isKept, notes, run } from "../training/training-state.ts";
import { ChartView } from "./chart.tsx";
import { Controls } from "./controls.tsx";
import { DataCard } from "./data-card.tsx";
import { Settings } from "./settings.tsx";

/** The training: its settings and data, its controls, and its curves. */
export function TrainView() {
  const { value: state } = run;
  const drawn = charts.value;
  return (
    <div class="training">
      <Controls />
      {state.kind === "failed" ? (
        <p class="problem" role="alert">
          {state.message} {state.help}
        </p>
      ) : undefined}
      {hasModel.value && !isKept.value ? (
        <p class="note">
          This browser does not keep the run (the notes say why): export it, if you need it after the page is closed.
        </p>
      ) : undefined}
      {drawn ? (
        <div class="charts">
          {drawn.charts.map((chart) => (
            <ChartView key={chart.label} chart={chart} frame={drawn.frame} />
          ))}
        </div>
      ) : undefined}
      {isBusy.value && !drawn ? <Waiting /> : undefined}
      {isBusy.value ? undefined : (
        <div class="before">
          <Settings />
          <DataCard />
        </div>
      )}
      {notes.value.length > 0 ? (
        <details>
          <summary>Notes of the training</summary>
          <ul class="notes">
            {notes.value.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </details>
      ) : undefined}
    </div>
  );
}

function Waiting() {
  return (
    <div class="charts waiting" aria-hidden="true">
      <div />
      <div />
    </div>
  );
}
