import { counted } from "../../compiler/counted.ts";
import { relative } from "node:path";
import { createLogUpdate } from "log-update";
import type { TrainingObserver, ValidationEvent } from "../../runtime/index.ts";
import { visibleText } from "../../compiler/diagnostics/render/visible-text.ts";
import { formatValue } from "../format.ts";
import { canRedraw } from "../terminal.ts";
import type { Session } from "../verb.ts";
import { describePace, inWords, liveLines, progressLine, type Screen, showEpoch } from "./live-lines.ts";
import { StageView } from "./stage-view.ts";

/** Shows a run's progress on stderr. Call `stop` before writing anything else there. */
export interface Progress {
  readonly observer: TrainingObserver;
  stop(): void;
}

/**
 * Redraws a few lines if stderr is a terminal, else writes a line for each validation; with `--quiet` only warnings.
 */
export function createProgress(session: Session, now: () => number = () => performance.now()): Progress {
  if (session.display.quiet === true) return { observer: { onWarning: session.warn }, stop: () => {} };
  return canRedraw(session.io.stderr, session.io) ? createLive(session, now) : createLines(session, now);
}

const millisecondsBetweenFrames = 100;

function createLive({ io }: Session, now: () => number): Progress {
  const frame = createLogUpdate(io.stderr, { showCursor: true });
  const screen = (): Screen => ({ columns: io.stderr.columns ?? 80, rows: io.stderr.rows ?? 24 });
  const persist = (text: string): void => frame.persist(inWords(visibleText(text), screen()));
  let view: StageView | undefined;
  let drawn = -Infinity;
  const draw = (lines: () => readonly string[], when: "now" | "soon"): void => {
    if (when === "soon" && now() - drawn < millisecondsBetweenFrames) return;
    drawn = now();
    frame(lines().join("\n"));
  };
  const drawStage = (when: "now" | "soon"): void => {
    const shown = view;
    if (shown) draw(() => liveLines(shown, screen()), when);
  };
  return {
    observer: {
      onRun: (event) => persist(describeRun(event, io.cwd)),
      onReading: ({ modality, done, total }) =>
        draw(() => [progressLine(`reading ${modality}`, done, total, "", screen())], done === total ? "now" : "soon"),
      onStage: (event) => {
        // The last state of the previous stage stays on the screen.
        frame.done();
        view = new StageView(event);
        drawStage("now");
      },
      onStep: (event) => {
        view?.step(event);
        drawStage(event.step === event.total ? "now" : "soon");
      },
      onValidation: (event) => {
        view?.validation(event);
        drawStage("now");
      },
      onLeave: (event) => view?.leave(event),
      onSamplerStatus: (event) => {
        for (const change of view?.samplerStatus(event) ?? []) persist(`${event.stage} ${event.step}: ${change}.`);
        drawStage("now");
      },
      onNote: (note) => {
        persist(note);
        drawStage("now");
      },
      onWarning: (warning) => {
        persist(warning);
        drawStage("now");
      },
    },
    stop: () => {
      drawStage("now");
      frame.done();
    },
  };
}

/** Interval of lines between validations, so that a log file shows that the run is alive. */
const secondsBetweenLines = 30;

function createLines({ io, note }: Session, now: () => number): Progress {
  let view: StageView | undefined;
  let last = now();
  const write = (line: string): void => {
    last = now();
    note(line);
  };
  const isDue = (): boolean => now() - last >= secondsBetweenLines * 1000;
  const state = (): string => (view ? describeStage(view) : "");
  return {
    observer: {
      onRun: (event) => write(describeRun(event, io.cwd)),
      onReading: ({ modality, done, total }) => {
        if (isDue()) write(`reading ${modality} ${done}/${total}`);
      },
      onStage: (event) => {
        view = new StageView(event);
        write(`${event.stage}: ${counted(event.total, "step")}${event.done === 0 ? "" : `, ${event.done} done`}`);
      },
      onStep: (event) => {
        view?.step(event);
        if (isDue()) write(state());
      },
      onValidation: (event) => {
        view?.validation(event);
        write(`${state()}  ${describeValidation(event, view)}`);
      },
      onLeave: (event) => view?.leave(event),
      onSamplerStatus: (event) => {
        for (const change of view?.samplerStatus(event) ?? []) write(`${event.stage} ${event.step}: ${change}.`);
      },
      onNote: write,
      onWarning: write,
    },
    stop: () => {},
  };
}

function describeRun(
  { folder, engine, resumedFrom }: Parameters<NonNullable<TrainingObserver["onRun"]>>[0],
  cwd: string,
): string {
  return `${relative(cwd, folder)} on ${engine}${resumedFrom === undefined ? "" : `, continued from ${resumedFrom}`}`;
}

/** `fit 120/400  8.20 steps/s  34 s left  loss language 0.512, kind 0.401`; of a single task also its epoch. */
function describeStage({ stage, done, total, last, tasks }: StageView): string {
  if (!last) return `${stage} ${done}/${total}`;
  const losses = tasks.flatMap(({ name, loss, left }) =>
    left || Number.isNaN(loss) ? [] : [`${tasks.length === 1 ? "" : `${name} `}${loss.toFixed(3)}`],
  );
  const epoch = tasks.length === 1 ? `  epoch ${showEpoch(last.epoch)}` : "";
  return `${stage} ${done}/${total}  ${describePace(last)}${epoch}  loss ${losses.join(", ")}`;
}

/**
 * `validation language accuracy 0.8123, kind accuracy 0.7000; score 0.6120 (best so far)`: one metric per task, and the
 * score if there are several tasks. `log.txt` has all metrics.
 */
function describeValidation({ split, best, score }: ValidationEvent, view: StageView | undefined): string {
  const values = (view?.tasks ?? []).flatMap(({ name, validated }) =>
    validated ? [`${name} ${validated.name} ${formatValue(validated.value)}`] : [],
  );
  const mean = score === undefined || values.length < 2 ? "" : `; score ${formatValue(score)}`;
  return `${split} ${values.join(", ")}${mean}${best ? " (best so far)" : ""}`;
}
