import { computed, signal } from "@preact/signals";
import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import type { TaskEvaluation } from "../../runtime/evaluation/evaluation-file.ts";
import type { MeasuredValue } from "../../runtime/evaluation/evaluate-split.ts";
import type { Chart } from "../../runtime/report/chart.ts";
import { chartsOf, frameOf } from "../../runtime/report/charts-of.ts";
import type { LoggedValue } from "../../runtime/run/metrics-log.ts";
import { shared } from "../state/app-state.ts";
import type { SharedState } from "../state/url-state.ts";

export type RunState =
  | { readonly kind: "none" }
  /** Data, worker and engine are fetched, and values are read. */
  | { readonly kind: "preparing"; readonly message: string }
  | { readonly kind: "training" | "paused" | "stopping" | "measuring" | "stopped" | "done" }
  | { readonly kind: "failed"; readonly message: string; readonly help: string };

export interface Progress {
  readonly stage: string;
  readonly step: number;
  readonly total: number;
  readonly loss: number;
  readonly secondsLeft: number;
  readonly secondsPerStep: number;
}

/** The specification that is trained, as it was when the training began. */
export interface Trained {
  readonly state: SharedState;
  readonly specification: ResolvedSpecification;
}

export const run = signal<RunState>({ kind: "none" });
export const trained = signal<Trained | undefined>(undefined);
export const progress = signal<Progress | undefined>(undefined);
export const logged = signal<readonly LoggedValue[]>([]);
/** The name under which the browser keeps the run that this page has; `undefined` if it has none. */
export const keptAs = signal<string | undefined>(undefined);
/** True as soon as something of that run is kept. */
export const isKept = signal(false);
export const notes = signal<readonly string[]>([]);
export const results = signal<readonly MeasuredValue[]>([]);
export const evaluations = signal<readonly TaskEvaluation[]>([]);
/** True if the text or its settings have changed since the training began. */
export const isOutdated = computed(() => {
  const before = trained.value?.state;
  return before !== undefined && decisive(before) !== decisive(shared.value);
});
function decisive({ name, files, set, seed, engine }: SharedState): string {
  return JSON.stringify([name, files, set, seed, engine]);
}

/** True as soon as there are weights with which one can predict. */
export const hasModel = computed(() => ["done", "stopped"].includes(run.value.kind));
export const isBusy = computed(() =>
  ["preparing", "training", "paused", "stopping", "measuring"].includes(run.value.kind),
);

const quarter = computed(() => {
  const { stage = "", step = 0, total = 1 } = progress.value ?? {};
  return `${stage} ${Math.floor((4 * step) / total)}`;
});

/** The progress of a training, for a reader who does not see it. It changes at each quarter of a stage, and when the training pauses or continues. */
export const spoken = computed(() => {
  const { kind } = run.value;
  const [now] = [progress.peek(), quarter.value];
  if (kind === "preparing") return "The training begins.";
  if (!now || !isBusy.value) return "";
  const { stage, step, total, loss } = now;
  const done = `Stage ${stage}: ${Math.floor((100 * step) / total)} %, loss ${Number(loss.toPrecision(3))}.`;
  return kind === "paused" ? `Paused. ${done}` : done;
});

/** The charts of the present training, and the frame that they share. */
export const charts = computed(() => {
  const specification = trained.value?.specification;
  if (!specification || logged.value.length === 0) return undefined;
  const shown = { events: logged.value, program: { specification } };
  const all = chartsOf(shown);
  // Validations come later than steps, and must not move what is there already.
  const isLater = ({ label }: Chart): boolean => label.startsWith("validation");
  return { charts: [...all.filter((chart) => !isLater(chart)), ...all.filter(isLater)], frame: frameOf(shown) };
});
