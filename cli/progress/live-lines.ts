import type { StepEvent } from "../../runtime/index.ts";
import { displayWidth } from "../../compiler/diagnostics/render/display-width.ts";
import { formatDuration, formatRate, formatValue } from "../format.ts";
import { renderTable } from "../../compiler/diagnostics/render/text-table.ts";
import type { StageView, TaskView } from "./stage-view.ts";

export interface Screen {
  readonly columns: number;
  readonly rows: number;
}

const barWidth = 24;
/** A narrower bar shows no more than the numbers do. */
const leastBarWidth = 8;
/** Lines of the terminal that are left to earlier output. */
const linesLeft = 4;

/** A few lines about the stage that fit the screen: progress, speed, and a row for each task. */
export function liveLines(view: StageView, screen: Screen): readonly string[] {
  const { last, tasks } = view;
  const lines = [progressLine(view.stage, view.done, view.total, last ? describePace(last) : "", screen)];
  if (last)
    lines.push(
      `${tasks.length === 1 ? `epoch ${showEpoch(last.epoch)}  ` : ""}learning rate ${last.rate.toPrecision(3)}${describeScore(view)}${view.best ? "  best validation so far" : ""}`,
      ...taskLines(tasks, screen),
    );
  return lines.map((line) => cut(line, screen.columns));
}

/** The score, if there are several tasks. */
function describeScore({ score, tasks }: StageView): string {
  return score === undefined || tasks.length < 2 ? "" : `  score ${formatValue(score)}`;
}

/** `8.2 steps/s  34 s left`. */
export function describePace({ secondsPerStep, secondsLeft, step, total }: StepEvent): string {
  return `${formatRate(secondsPerStep)}${step === total ? "" : `  ${formatDuration(secondsLeft)} left`}`;
}

/** Epochs are shown counted from 1. */
export function showEpoch(epoch: number): string {
  return String(Math.floor(epoch) + 1);
}

/** `fit [=====     ] 120/400  8.2 steps/s  34 s left`; if the line is too long the bar is shortened. */
export function progressLine(label: string, done: number, total: number, state: string, { columns }: Screen): string {
  const counts = `${done}/${total}`;
  const room = Math.min(barWidth, columns - displayWidth(`${label} [] ${counts}  ${state}`));
  const full = Math.round((Math.max(room, 0) * done) / Math.max(total, 1));
  const bar = room < leastBarWidth ? "" : `[${"=".repeat(full)}${" ".repeat(room - full)}] `;
  return `${label} ${bar}${counts}${state === "" ? "" : `  ${state}`}`;
}

function taskLines(tasks: readonly TaskView[], { rows }: Screen): readonly string[] {
  const room = Math.max(1, rows - linesLeft - 3);
  const shown = tasks.length > room ? tasks.slice(0, room - 1) : tasks;
  const areSeveral = tasks.length > 1;
  const header = ["", "loss", ...(areSeveral ? ["share", "epoch"] : []), "validation"];
  const lines = shown.map((task) => [
    `  ${task.name}`,
    Number.isNaN(task.loss) ? "" : task.loss.toFixed(3),
    ...(areSeveral ? [`${Math.round(task.share * 100)} %`, showEpoch(task.epoch)] : []),
    describeState(task),
  ]);
  const rest = tasks.length - shown.length;
  return [
    ...renderTable(header, lines, ["loss", "share", "epoch"]).trimEnd().split("\n"),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ];
}

function describeState({ validated, stopped, left }: TaskView): string {
  return [
    validated ? `${validated.name} ${formatValue(validated.value)}` : "",
    left ? "has left" : stopped ? "stopped" : "",
  ]
    .filter((part) => part !== "")
    .join("  ");
}

/** Breaks a text between words to the width of the screen. */
export function inWords(text: string, { columns }: Screen): string {
  return text.split(" ").reduce((lines, word) => {
    const last = lines.slice(lines.lastIndexOf("\n") + 1);
    return lines === "" ? word : `${lines}${displayWidth(`${last} ${word}`) > columns ? "\n" : " "}${word}`;
  }, "");
}

/** Cuts a line that would wrap, because wrapped lines would be drawn over others. */
function cut(line: string, columns: number): string {
  if (displayWidth(line) <= columns) return line;
  let short = "";
  for (const character of line) {
    if (displayWidth(short + character) > columns - 1) break;
    short += character;
  }
  return `${short}…`;
}
