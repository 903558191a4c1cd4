import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { createProgress, type Progress } from "../../compiler/cli/progress.ts";
import { plain } from "../../compiler/diagnostics/render/paint.ts";

function progressOn({ terminal, env = {} }: { readonly terminal: boolean; readonly env?: Readonly<Record<string, string>> }): { progress: Progress; text: () => string; clock: { now: number } } {
  const chunks: string[] = [];
  const stderr = Object.assign(new PassThrough(), { isTTY: terminal, columns: 80 });
  stderr.on("data", (chunk: Buffer) => chunks.push(chunk.toString("utf8")));
  const clock = { now: 0 };
  const io = { stdout: stderr, stderr, stdin: new PassThrough(), env, cwd: "/" };
  const session = { io, display: {}, print: () => {}, note: (line: string) => void stderr.write(`${line}\n`), paint: { stdout: plain, stderr: plain } };
  return { progress: createProgress(session, () => clock.now), text: () => chunks.join(""), clock };
}

function run({ observer }: Progress, clock: { now: number }, { steps, milliseconds }: { readonly steps: number; readonly milliseconds: number }): void {
  observer.onStage?.({ stage: "fit", tasks: ["a"], total: steps, done: 0 });
  for (let step = 1; step <= steps; step += 1) {
    clock.now += milliseconds;
    observer.onStep?.({ stage: "fit", step, total: steps, epoch: 0, tasks: ["a"], loss: 1 / step, rate: 0.1, secondsLeft: steps - step });
  }
}

test.each([
  ["a file", { terminal: false }],
  ["continuous integration with a terminal", { terminal: true, env: { CI: "true" } }],
  ["a dumb terminal", { terminal: true, env: { TERM: "dumb" } }],
])("in %s there is a plain line every few seconds and at the end, and no bar", (_case, settings) => {
  const { progress, text, clock } = progressOn(settings);
  run(progress, clock, { steps: 100, milliseconds: 200 });
  progress.stop();
  const lines = text().trim().split("\n");
  // 20 seconds at most one line in five, the stage's own, and the last step's.
  expect(lines.length).toBeGreaterThan(2);
  expect(lines.length).toBeLessThanOrEqual(2 + 20 / 5);
  expect(lines.at(-1)).toMatch(/^fit 100\/100 /);
  // oxlint-disable-next-line no-control-regex
  expect(text()).not.toMatch(/[\r\u001b]/);
});

test("on a terminal there is a bar, which notes do not break", async () => {
  const { progress, text, clock } = progressOn({ terminal: true });
  run(progress, clock, { steps: 3, milliseconds: 1 });
  progress.observer.onNote?.("Took over the run.");
  await new Promise((resolve) => setTimeout(resolve, 300));
  progress.stop();
  expect(text()).toContain("Took over the run.\n");
  expect(text()).toMatch(/fit \[=+\] 3\/3 /);
});
