import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { createProgress, type Progress } from "../../cli/progress/create-progress.ts";
import { inWords, liveLines } from "../../cli/progress/live-lines.ts";
import { StageView } from "../../cli/progress/stage-view.ts";
import { displayWidth } from "../../compiler/diagnostics/render/display-width.ts";
import { plain } from "../../compiler/diagnostics/render/paint.ts";
import type { StepEvent } from "../../runtime/index.ts";

interface Terminal {
  readonly terminal: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly quiet?: boolean;
}

function progressOn({ terminal, env = {}, quiet = false }: Terminal): {
  progress: Progress;
  text: () => string;
  clock: { now: number };
} {
  const chunks: string[] = [];
  const stderr = Object.assign(new PassThrough(), { isTTY: terminal, columns: 80, rows: 24 });
  stderr.on("data", (chunk: Buffer) => chunks.push(chunk.toString("utf8")));
  const clock = { now: 0 };
  const io = { stdout: stderr, stderr, stdin: new PassThrough(), env, cwd: "/" };
  const session = {
    io,
    display: { quiet },
    print: () => {},
    emit: () => {},
    warn: () => {},
    note: (line: string) => void stderr.write(`${line}\n`),
    paint: { stdout: plain, stderr: plain },
  };
  return { progress: createProgress(session, () => clock.now), text: () => chunks.join(""), clock };
}

const stepOf = (step: number, total: number, tasks: readonly string[], loss = 1): StepEvent => ({
  stage: "fit",
  step,
  total,
  epoch: 0,
  tasks,
  loss,
  losses: new Map(tasks.map((task) => [task, loss])),
  epochs: new Map(tasks.map((task) => [task, 0])),
  shares: new Map(tasks.map((task) => [task, 1 / tasks.length])),
  rate: 0.1,
  secondsPerStep: 0.125,
  secondsLeft: (total - step) * 0.125,
});

/** A stage that validates twice. */
function run(
  { observer }: Progress,
  clock: { now: number },
  { steps, milliseconds }: { readonly steps: number; readonly milliseconds: number },
): void {
  observer.onStage?.({ stage: "fit", tasks: ["a"], total: steps, done: 0 });
  for (let step = 1; step <= steps; step += 1) {
    clock.now += milliseconds;
    observer.onStep?.(stepOf(step, steps, ["a"], 1 / step));
    const values = [
      { task: "a", split: "validation", name: "loss", value: 0.3 },
      { task: "a", split: "validation", name: "accuracy", value: step / steps },
    ] as const;
    if (step % (steps / 2) === 0)
      observer.onValidation?.({ stage: "fit", step, split: "validation", values, best: true });
  }
}

describe.each([
  ["a file", { terminal: false }],
  ["continuous integration with a terminal", { terminal: true, env: { CI: "true" } }],
  ["a dumb terminal", { terminal: true, env: { TERM: "dumb" } }],
])("in %s", (_case, settings) => {
  test("there is a plain line for the stage and for each validation, and no bar that is redrawn", () => {
    const { progress, text, clock } = progressOn(settings);
    run(progress, clock, { steps: 100, milliseconds: 200 });
    progress.stop();
    const lines = text().trim().split("\n");
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(
      /^fit 50\/100 .*8\.00 steps\/s .*7 s left .*epoch 1 .*loss 0\.\d+ .*validation a accuracy 0\.5000 \(best so far\)$/,
    );
    expect(lines[2]).toMatch(/^fit 100\/100 .*validation a accuracy 1\.0000/);
    // oxlint-disable-next-line no-control-regex
    expect(text()).not.toMatch(/[\r\u001b]/);
  });

  test("there is a line every half minute before a late validation", () => {
    const { progress, text, clock } = progressOn(settings);
    run(progress, clock, { steps: 100, milliseconds: 2000 });
    progress.stop();
    const between = text()
      .split("\n")
      .filter((line) => line.startsWith("fit ") && !line.includes("validation"));
    expect(between).toHaveLength(Math.floor(100 / 30) * 2);
  });
});

test("--quiet prints nothing", () => {
  const { progress, text, clock } = progressOn({ terminal: true, quiet: true });
  run(progress, clock, { steps: 10, milliseconds: 1000 });
  progress.stop();
  expect(text()).toBe("");
});

test("on a terminal there is a bar, which stays intact between notes", async () => {
  const { progress, text, clock } = progressOn({ terminal: true });
  run(progress, clock, { steps: 4, milliseconds: 1 });
  progress.observer.onNote?.("Took over the run.");
  await new Promise((resolve) => setTimeout(resolve, 300));
  progress.stop();
  expect(text()).toContain("Took over the run.\n");
  expect(text()).toMatch(/fit \[=+\] 4\/4 /);
});

describe("the display on a terminal", () => {
  function viewOf(names: readonly string[]): StageView {
    const view = new StageView({ stage: "a_stage_with_a_long_name", tasks: names, total: 400, done: 0 });
    for (let step = 1; step <= 60; step++) view.step(stepOf(step, 400, [names[step % 3 === 0 ? 1 : 0] ?? ""], 0.5));
    view.validation({
      stage: "",
      step: 60,
      split: "validation",
      best: true,
      values: names.map((task) => ({ task, split: "validation", name: "accuracy", value: 0.75 })),
    });
    return view;
  }

  test("is a row for each task: loss, share of steps, epoch, last metric", () => {
    const lines = liveLines(viewOf(["colour", "size"]), { columns: 100, rows: 24 });
    expect(lines[0]).toMatch(/\[=+ +\] 60\/400 {2}8\.00 steps\/s {2}43 s left$/);
    expect(lines.find((line) => line.includes("colour"))).toMatch(/0\.500 +67 % +1 +accuracy 0\.7500$/);
    expect(lines.find((line) => line.includes("size"))).toMatch(/0\.500 +33 % +1 +accuracy 0\.7500$/);
  });

  test("has shares of rows where steps mix tasks, and each task's own epoch", () => {
    const view = new StageView({ stage: "fit", tasks: ["colour", "size"], total: 40, done: 0 });
    for (let step = 1; step <= 40; step++)
      view.step({
        ...stepOf(step, 40, ["colour", "size"]),
        epochs: new Map([
          ["colour", 2.5],
          ["size", 11],
        ]),
        shares: new Map([
          ["colour", 7 / 8],
          ["size", 1 / 8],
        ]),
      });
    const lines = liveLines(view, { columns: 60, rows: 24 });
    expect(lines.find((line) => line.includes("colour"))).toMatch(/ 88 % +3$/);
    expect(lines.find((line) => line.includes("size"))).toMatch(/ 13 % +12$/);
    expect(lines[0]).not.toContain("left");
  });

  test("breaks notes between words", () => {
    const note = "3 of 1456 test rows of genre have the input of a training row of fill";
    expect(inWords(note, { columns: 30, rows: 24 }).split("\n")).toEqual([
      "3 of 1456 test rows of genre",
      "have the input of a training",
      "row of fill",
    ]);
    expect(inWords("averyverylongword and", { columns: 10, rows: 24 }).split("\n")).toEqual([
      "averyverylongword",
      "and",
    ]);
  });

  test("says which tasks a sampler has stopped, and when that changes", () => {
    const view = viewOf(["colour", "size"]);
    const status = (value: number) =>
      view.samplerStatus({ stage: "fit", step: 60, status: [{ task: "size", name: "stopped", value }] });
    expect(status(0)).toEqual([]);
    expect(status(1)).toEqual([expect.stringMatching(/^size stops/)]);
    expect(status(1)).toEqual([]);
    expect(liveLines(view, { columns: 100, rows: 24 }).filter((line) => line.endsWith("stopped"))).toEqual([
      expect.stringContaining("size"),
    ]);
    expect(status(0)).toEqual([expect.stringMatching(/^size continues/)]);
  });

  test("shows which tasks have left the stage, also after it was resumed", () => {
    const leftLines = (view: StageView) =>
      liveLines(view, { columns: 100, rows: 24 }).filter((line) => line.endsWith("has left"));
    const view = viewOf(["colour", "size"]);
    expect(leftLines(view)).toEqual([]);
    view.leave({ stage: "fit", step: 60, task: "size" });
    expect(leftLines(view)).toEqual([expect.stringContaining("size")]);
    const resumed = new StageView({ stage: "fit", tasks: ["colour", "size"], left: ["colour"], total: 400, done: 60 });
    expect(resumed.tasks.map(({ left }) => left)).toEqual([true, false]);
  });

  test.each([20, 40, 80])("fits %i columns and ten rows, with twenty tasks of long and wide names", (columns) => {
    const names = Array.from({ length: 20 }, (_, index) => `タスク_with_a_very_long_name_${index}`);
    const lines = liveLines(viewOf(names), { columns, rows: 10 });
    expect(lines.length).toBeLessThan(10);
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
  });
});
