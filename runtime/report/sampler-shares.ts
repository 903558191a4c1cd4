import type { LoggedValue } from "../run/metrics-log.ts";
import { groupBy } from "./series.ts";

/**
 * A task's fraction of the draws in a range of steps, as a band between two heights, above the bands of the tasks below
 * it.
 */
export interface Share {
  /** Steps before the range, and at its end. */
  readonly from: number;
  readonly to: number;
  readonly task: string;
  readonly low: number;
  readonly high: number;
}

/** A mark where a sampler stops a task or starts it again, or where the task leaves its stage: in the middle of its band. */
export interface StopMark {
  readonly step: number;
  readonly task: string;
  readonly kind: "stop" | "go" | "leave";
  readonly height: number;
}

/** The number of ranges that the steps are divided into; each must have several draws. */
const stretches = 16;

/**
 * The fraction of each task in the draws of a range of steps, or in the rows of mixed steps. The first task is on top.
 * A new range begins with each stage, and where a task is stopped.
 */
export function samplerShares(events: readonly LoggedValue[], tasks: readonly string[]): readonly Share[] {
  const trained = events.filter(({ split, task }) => split === "train" && task !== null);
  const rows = trained.filter(({ name }) => name === "rows");
  const mixed = new Set(rows.map(({ step }) => step));
  const draws = [...rows, ...trained.filter(({ name, step }) => name === "loss" && !mixed.has(step))].toSorted(
    (left, right) => left.step - right.step,
  );
  const length = Math.max(1, Math.ceil((draws.at(-1)?.step ?? 0) / stretches));
  const changes = new Set(changesOf(events).map((change) => change.step));
  const stretchesOf = groupBy(
    draws,
    ({ stage, step }) =>
      `${stage} ${Math.floor((step - 1) / length)} ${[...changes].filter((change) => change < step).length}`,
  );
  return [...stretchesOf.values()].flatMap((drawn) => bands(drawn, tasks));
}

function bands(drawn: readonly LoggedValue[], tasks: readonly string[]): readonly Share[] {
  const place = { from: (drawn[0]?.step ?? 1) - 1, to: drawn.at(-1)?.step ?? 0 };
  const weigh = (of: readonly LoggedValue[]): number =>
    of.reduce((sum, { name, value }) => sum + (name === "rows" ? (value ?? 0) : 1), 0);
  const whole = weigh(drawn);
  let low = 0;
  return tasks.toReversed().flatMap((task) => {
    const share = weigh(drawn.filter((each) => each.task === task)) / whole;
    const band = { ...place, task, low, high: low + share };
    low += share;
    return share > 0 ? [band] : [];
  });
}

function changesOf(events: readonly LoggedValue[]): readonly Omit<StopMark, "height">[] {
  return [...stopsOf(events), ...leavesOf(events)];
}

function leavesOf(events: readonly LoggedValue[]): readonly Omit<StopMark, "height">[] {
  return events.flatMap(({ name, task, step }) =>
    name === "early_stop/left" && task !== null ? [{ step, task, kind: "leave" }] : [],
  );
}

/** The changes of `sampler/stopped`; at first no task of a stage is stopped. */
function stopsOf(events: readonly LoggedValue[]): readonly Omit<StopMark, "height">[] {
  const stopped = events.filter(({ name, task }) => name === "sampler/stopped" && task !== null);
  return [...groupBy(stopped, ({ stage, task }) => `${stage} ${task ?? ""}`).values()].flatMap((ofTask) =>
    ofTask.flatMap(({ step, task, value }, index): readonly Omit<StopMark, "height">[] =>
      value === (ofTask[index - 1]?.value ?? 0) ? [] : [{ step, task: task ?? "", kind: value === 1 ? "stop" : "go" }],
    ),
  );
}

export function stopMarks(events: readonly LoggedValue[], shares: readonly Share[]): readonly StopMark[] {
  return changesOf(events).map((change) => ({ ...change, height: heightAt(change.step, change.task, shares) }));
}

/** The middle of the band that begins with the next step, or else of the last one before it. */
function heightAt(step: number, task: string, shares: readonly Share[]): number {
  const own = shares.filter((share) => share.task === task);
  const band = own.find(({ from, to }) => from <= step && step < to) ?? own.findLast(({ to }) => to <= step);
  return band ? (band.low + band.high) / 2 : 0;
}
