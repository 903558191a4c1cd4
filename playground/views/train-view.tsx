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
      {buttonsOf(state.kind).map(({ label, run, isReady }, index) => (
        // A button that becomes another one keeps the keyboard, which it would lose if it were disabled.
        <button
          type="button"
          key={index}
          class={index === 0 ? "primary" : "outlined"}
          aria-disabled={!isReady}
          onClick={() => isReady && run()}
        >
          {label}
        </button>
      ))}
      <ProgressLine state={state} />
    </div>
  );
}

interface Control {
  readonly label: string;
  readonly run: () => void;
  readonly isReady: boolean;
}

/** The most important one is the first. */
function buttonsOf(kind: RunState["kind"]): readonly Control[] {
  if (isBusy.value)
    return [
      kind === "paused"
        ? { label: "Continue", run: proceed, isReady: true }
        : { label: "Pause", run: pause, isReady: kind === "training" },
      { label: "Stop", run: stop, isReady: ["training", "paused", "measuring"].includes(kind) },
    ];
  const again = kind === "none" ? "Start training" : "Train again";
  return [
    { label: again, run: () => void train(), isReady: canTrain.value },
    ...(kind === "stopped" ? [{ label: "Resume", run: () => void resume(), isReady: true }] : []),
  ];
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
    return <p class="progress">{state.kind === "training" ? "Starting …" : text}</p>;
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
          loss <b id="loss">{loss.toPrecision(6)}</b>
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
