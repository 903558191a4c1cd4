import { createLogUpdate } from "log-update";
import type { StepEvent, TrainingObserver, ValidationEvent } from "../../runtime/index.ts";
import type { MeasuredValue } from "../../runtime/train/evaluate-split.ts";
import { canRedraw } from "./terminal.ts";
import type { Session } from "./verb.ts";

/** Shows a run's progress on stderr. `stop` before anything else is written there. */
export interface Progress {
  readonly observer: TrainingObserver;
  stop(): void;
}

const secondsBetweenLines = 5;

/** A bar where stderr is a terminal, a plain line every few seconds where it is not, and nothing with `--quiet`. */
export function createProgress(session: Session, now: () => number = () => performance.now()): Progress {
  if (session.display.quiet === true) return { observer: {}, stop: () => {} };
  return canRedraw(session.io.stderr, session.io) ? createBar(session, now) : createLines(session, now);
}

const barWidth = 24;
const millisecondsBetweenFrames = 100;

function createBar({ io }: Session, now: () => number): Progress {
  const frame = createLogUpdate(io.stderr, { showCursor: true });
  const losses = new Losses();
  let drawn = -Infinity;
  const draw = (label: string, done: number, total: number, state: string): void => {
    if (done < total && now() - drawn < millisecondsBetweenFrames) return;
    drawn = now();
    const full = Math.round((barWidth * done) / Math.max(total, 1));
    frame(`${label} [${"=".repeat(full)}${" ".repeat(barWidth - full)}] ${done}/${total}  ${state}`);
  };
  return {
    observer: observe({
      write: (line) => frame.persist(line),
      stage: ({ stage, total, done }) => {
        losses.clear();
        draw(stage, done, total, "");
      },
      step: (event) => draw(event.stage, event.step, event.total, losses.describe(event)),
      reading: ({ modality, done, total }) => draw(`reading ${modality}`, done, total, ""),
    }),
    stop: () => frame.done(),
  };
}

function createLines(session: Session, now: () => number): Progress {
  const losses = new Losses();
  let last = now();
  return {
    observer: observe({
      write: session.note,
      stage: ({ stage, total, done }) => {
        session.note(`${stage}: ${total} steps${done === 0 ? "" : `, ${done} done`}`);
        losses.clear();
      },
      step: (event) => {
        const state = losses.describe(event);
        if (event.step < event.total && now() - last < secondsBetweenLines * 1000) return;
        last = now();
        session.note(`${event.stage} ${event.step}/${event.total}  ${state}`);
      },
      reading: ({ modality, done, total }) => {
        if (now() - last < secondsBetweenLines * 1000) return;
        last = now();
        session.note(`reading ${modality} ${done}/${total}`);
      },
    }),
    stop: () => {},
  };
}

interface Display {
  readonly write: (line: string) => void;
  readonly stage: NonNullable<TrainingObserver["onStage"]>;
  readonly step: NonNullable<TrainingObserver["onStep"]>;
  readonly reading: NonNullable<TrainingObserver["onReading"]>;
}

/** What both forms say alike. */
function observe({ write, stage, step, reading }: Display): TrainingObserver {
  return {
    onRun: ({ folder, engine, resumedFrom }) => write(`${folder} on ${engine}${resumedFrom === undefined ? "" : `, going on from ${resumedFrom}`}`),
    onReading: reading,
    onStage: stage,
    onStep: step,
    onValidation: (event) => write(describeValidation(event)),
    onNote: write,
  };
}

function describeValidation({ stage, step, split, values, best }: ValidationEvent): string {
  return `${stage} ${step}: ${split} ${values.map(describeValue).join(", ")}${best ? " (best so far)" : ""}`;
}

function describeValue({ task, name, value }: MeasuredValue): string {
  return `${task} ${name} ${formatValue(value)}`;
}

/** Four decimals, which tell runs apart and still read well. */
export function formatValue(value: number): string {
  return Number.isFinite(value) ? value.toFixed(4) : "undefined";
}

/** The running mean of each task's loss: that of one batch says little. */
class Losses {
  readonly #means = new Map<string, number>();

  clear(): void {
    this.#means.clear();
  }

  /** `epoch 3  loss 0.512  12 s left`, with a loss for each task where there are several. */
  describe({ tasks, loss, epoch, secondsLeft }: StepEvent): string {
    const task = tasks.join("+");
    const mean = this.#means.get(task);
    this.#means.set(task, mean === undefined ? loss : mean + (loss - mean) * 0.1);
    const losses = [...this.#means].map(([name, value]) => `${this.#means.size === 1 ? "" : `${name} `}${value.toFixed(3)}`);
    return `epoch ${Math.floor(epoch) + 1}  loss ${losses.join(", ")}  ${formatDuration(secondsLeft)} left`;
  }
}

function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "?";
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  return whole < 3600 ? `${Math.floor(whole / 60)} min ${whole % 60} s` : `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
