import { readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { forkTrials } from "../../runtime/search/fork-trial.ts";
import type { TrialEnd, TrialTraining } from "../../runtime/search/train-trial.ts";
import { trainTrial } from "../../runtime/search/train-trial.ts";
import { writeSmallModel } from "../trainer/small-model.ts";
import { newFolder } from "../trainer/tiny-run.ts";

const project = resolve(import.meta.dirname, "../..");
// Within the project, so that the processes find the packages.
const built = join(project, "node_modules", ".cache", `mtl-trial-${process.pid}`);
let root: string;
let module: string;

beforeAll(async () => {
  root = await newFolder();
  writeSmallModel(root);
  await build({
    root: project,
    configFile: false,
    logLevel: "error",
    build: {
      ssr: join(project, "runtime/search/trial-main.ts"),
      outDir: built,
      target: "node20",
      emptyOutDir: true,
    },
  });
  module = join(built, "trial-main.js");
});
afterAll(() => rmSync(built, { recursive: true, force: true }));

const training = (runs: string, change: Partial<TrialTraining> = {}): TrialTraining => ({
  specification: join(root, "colours.mtl"),
  set: { "fit.checkpoint.every": "2", "fit.optimizer.rate": "0.01" },
  runs: join(root, runs),
  name: "colours",
  run: null,
  until: null,
  engine: null,
  threads: 1,
  data: null,
  steps: 8,
  ...change,
});

const weightsOf = (...run: readonly string[]) => readFileSync(join(root, ...run, "model", "model.safetensors"));

const never = new AbortController().signal;

async function ended(
  run: typeof trainTrial,
  given: TrialTraining,
  {
    interrupt = never,
    onValidation = () => {},
  }: { interrupt?: AbortSignal; onValidation?: (count: number) => void } = {},
): Promise<{ readonly end: TrialEnd; readonly validations: readonly number[]; readonly name: string }> {
  const validations: number[] = [];
  let name = "";
  const events = {
    onRun: (folder: string) => void (name = folder),
    onValidation: (count: number) => {
      validations.push(count);
      onValidation(count);
    },
    onNote: () => {},
  };
  return { end: await run(given, events, interrupt), validations, name };
}

test("a trial in a process of its own pauses, continues and ends with the bits of one in this process", async () => {
  const run = forkTrials(module);
  const paused = await ended(run, training("apart", { until: 2 }));
  expect(paused).toEqual({ end: { state: "paused" }, validations: [1, 2], name: "colours-0001" });
  const whole = await ended(run, training("apart", { run: paused.name }));
  expect(whole).toMatchObject({ end: { state: "finished" }, validations: [3, 4] });
  const here = await ended(trainTrial, training("here"));
  expect(weightsOf("apart", paused.name).equals(weightsOf("here", here.name))).toBe(true);
});

test("a process saves its run when the search is interrupted, and one that is lost is the failure of its trial", async () => {
  const run = forkTrials(module);
  const controller = new AbortController();
  const interrupted = await ended(
    run,
    training("cut", { set: { "fit.epochs": "1000", "fit.checkpoint.every": "2" }, steps: null }),
    {
      interrupt: controller.signal,
      onValidation: () => controller.abort(),
    },
  );
  expect(interrupted.end).toEqual({ state: "interrupted" });
  const lost = await ended(forkTrials(join(project, "package.json")), training("lost"));
  expect(lost.end).toMatchObject({ state: "failed", reason: expect.stringContaining("ended early") });
  await expect(ended(run, training("none", { specification: join(root, "none.mtl") }))).rejects.toMatchObject({
    kind: "usage",
    message: expect.stringContaining("none.mtl"),
  });
});
