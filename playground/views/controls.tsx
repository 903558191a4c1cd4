import { formatBytes } from "../../compiler/analysis/cost/amounts.ts";
import { canTrain } from "../state/app-state.ts";
import { openKept, pause, proceed, resume, stop, train } from "../training/controller.ts";
import { type KeptOffer, forgetRun, keptOffer } from "../training/kept-offer.ts";
import { ownFiles } from "../training/own-files.ts";
import { type Progress, type RunState, isBusy, progress, run } from "../training/training-state.ts";

/** The buttons of the training, and how far it is; those of a run that was kept before the page was opened, if there is one. */
export function Controls() {
  const offer = keptOffer.value;
  if (offer) return <KeptControls offer={offer} />;
  const { value: state } = run;
  return (
    <div class="controls">
      <Buttons controls={controlsOf(state.kind)} />
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
function Buttons({ controls }: { readonly controls: readonly Control[] }) {
  return (
    <>
      {controls.map(({ label, run: press, isReady }, index) => (
        // A button that becomes another one keeps the keyboard, which it would lose if it were disabled.
        <button
          type="button"
          key={index}
          class={index === 0 ? "primary" : "outlined"}
          aria-disabled={!isReady}
          onClick={() => isReady && press()}
        >
          {label}
        </button>
      ))}
    </>
  );
}

function controlsOf(kind: RunState["kind"]): readonly Control[] {
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

function KeptControls({ offer }: { readonly offer: KeptOffer }) {
  const { isDone, isOpen, time, bytes } = offer.run;
  const again: Control = { label: "Train again", run: () => void train(), isReady: canTrain.value };
  const misses = offer.data === "own" && ownFiles.value.size === 0;
  const open: Control = {
    label: isDone ? "Open model" : "Resume",
    run: () => void openKept(offer),
    isReady: canTrain.value && !misses,
  };
  const when = new Date(time).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" });
  return (
    <div class="kept">
      <div class="controls">
        <Buttons controls={isOpen ? [again] : [open, again]} />
        <Bar text={isOpen ? "Open in another window." : isDone ? "Done." : "Interrupted."} now={offer.run} />
      </div>
      <p class="note">
        {isDone ? "It was trained here before. " : isOpen ? "" : "The page was closed before it ended. "}
        This browser keeps the run as it was on {when} ({formatBytes(bytes)}).{" "}
        {misses ? "It reads files of yours, which are not kept: choose the same ones below. " : ""}
        {isOpen ? undefined : (
          <button type="button" class="quiet small" onClick={() => void forgetRun(offer)}>
            Forget it
          </button>
        )}
      </p>
    </div>
  );
}

const sentences: { readonly [Kind in RunState["kind"]]: string } = {
  none: "It trains on this machine. Nothing is uploaded.",
  preparing: "",
  training: "",
  paused: "Paused.",
  stopping: "Saving …",
  measuring: "Measuring …",
  stopped: "Stopped. It can be resumed.",
  done: "Done.",
  failed: "The training has failed.",
};

function ProgressLine({ state }: { readonly state: RunState }) {
  const now = progress.value;
  const text = state.kind === "preparing" ? state.message : sentences[state.kind];
  if (!now || state.kind === "none" || state.kind === "preparing")
    return <p class="progress">{state.kind === "training" ? "Starting …" : text}</p>;
  return <Bar text={text} now={now} left={state.kind === "training" ? `, ${duration(now.secondsLeft)} left` : ""} />;
}

interface BarSettings {
  readonly text: string;
  readonly now: Pick<Progress, "stage" | "step" | "total" | "loss">;
  readonly left?: string;
}

function Bar({ text, now: { stage, step, total, loss }, left = "" }: BarSettings) {
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
