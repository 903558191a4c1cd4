import { canTrain } from "../state/app-state.ts";
import { pause, proceed, resume, stop, train } from "../training/controller.ts";
import { type RunState, charts, isBusy, notes, progress, run } from "../training/training-state.ts";
import { ChartView } from "./chart.tsx";
import { DataCard } from "./data-card.tsx";
import { Settings } from "./settings.tsx";

/** The training: its settings and data, its controls, and its curves. */
export function TrainView() {
  const { value: state } = run;
  const drawn = charts.value;
  return (
    <div class="training">
      <Controls state={state} />
      {state.kind === "failed" ? (
        <p class="problem" role="alert">
          {state.message} {state.help}
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

function Controls({ state }: { readonly state: RunState }) {
  return (
    <div class="controls">
      <Buttons kind={state.kind} />
      <ProgressLine state={state} />
    </div>
  );
}

function Buttons({ kind }: { readonly kind: RunState["kind"] }) {
  if (kind === "training")
    return (
      <>
        <Button kind="primary" label="Pause" run={pause} />
        <Button kind="outlined" label="Stop" run={stop} />
      </>
    );
  if (kind === "paused")
    return (
      <>
        <Button kind="primary" label="Continue" run={proceed} />
        <Button kind="outlined" label="Stop" run={stop} />
      </>
    );
  if (isBusy.value) return <Button kind="primary" label="Stop" run={stop} disabled={kind !== "measuring"} />;
  return (
    <>
      <Button
        kind="primary"
        label={kind === "none" ? "Start training" : "Train again"}
        run={() => void train()}
        disabled={!canTrain.value}
      />
      {kind === "stopped" ? <Button kind="outlined" label="Resume" run={() => void resume()} /> : undefined}
    </>
  );
}

interface ButtonSettings {
  readonly kind: "primary" | "outlined";
  readonly label: string;
  readonly run: () => void;
  readonly disabled?: boolean;
}

function Button({ kind, label, run, disabled = false }: ButtonSettings) {
  return (
    <button type="button" class={kind} onClick={run} disabled={disabled}>
      {label}
    </button>
  );
}

const sentences: { readonly [Kind in RunState["kind"]]: string } = {
  none: "It trains on this machine. Nothing is uploaded.",
  preparing: "",
  training: "",
  paused: "Paused.",
  stopping: "Saving …",
  measuring: "Measuring …",
  stopped: "Stopped. The run is saved and can be resumed.",
  done: "Done.",
  failed: "The training has failed.",
};

function ProgressLine({ state }: { readonly state: RunState }) {
  const now = progress.value;
  const text = state.kind === "preparing" ? state.message : sentences[state.kind];
  if (!now || state.kind === "none" || state.kind === "preparing")
    return (
      <p class="progress" role="status">
        {text}
      </p>
    );
  const { stage, step, total, loss, secondsLeft } = now;
  const left = state.kind === "training" ? `, ${duration(secondsLeft)} left` : "";
  return (
    <div class="progress">
      <p>
        <span>
          {text} Stage <b>{stage}</b>, step {step.toLocaleString("en")} of {total.toLocaleString("en")}
          {left}
        </span>
        <span class="loss">
          loss <output id="loss">{loss.toPrecision(6)}</output>
        </span>
      </p>
      <progress value={step} max={total} aria-label={`Stage ${stage}`} />
    </div>
  );
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
