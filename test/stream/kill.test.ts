import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { generator } from "../../runtime/random/generator.ts";
import { folderWith } from "../data/fixture.ts";

const root = resolve(import.meta.dirname, "../..");
// The folder is within the project, so that the child finds the packages.
const built = join(root, "node_modules", ".cache", `mtl-killed-training-${process.pid}`);

beforeAll(() =>
  build({
    root,
    configFile: false,
    logLevel: "error",
    build: { ssr: join(import.meta.dirname, "killed-training.ts"), outDir: built, target: "node20", emptyOutDir: true },
  }),
);
afterAll(() => rmSync(built, { recursive: true, force: true }));

const specification = (memory: string): string => `model streamed
modality signal: tensor([64])
task worth { from: signal -> linear(4) -> dropout(20%)  head: linear(1)  target: number("worth") }
dataset rows { path: "rows.jsonl"  ${memory}  window: 200  tasks: [worth] }
stage fit { optimizer: adam(rate: 1e-2)  batch: 32  steps: 60  checkpoint: checkpoint(every: 7) }
`;

/** Rows that take more than twice the memory for pages, which is half of the declared memory. */
function rows(): string {
  const random = generator(1, "rows of a killed training");
  return Array.from({ length: 1600 }, () => {
    const signal = Array.from({ length: 64 }, () => random.normal());
    return `${JSON.stringify({ signal, worth: signal[0] })}\n`;
  }).join("");
}

const project = (memory = "memory: 1MB"): Promise<string> =>
  folderWith({ "model.mtl": specification(memory), "rows.jsonl": rows() });

const start = (folder: string): ChildProcess =>
  spawn(process.execPath, [join(built, "killed-training.js"), folder], { stdio: ["ignore", "pipe", "inherit"] });

/** Trains, and kills the training after this step; returns how it ended. */
async function trainUntil(folder: string, step: number): Promise<number | NodeJS.Signals | null> {
  const child = start(folder);
  createInterface({ input: child.stdout ?? process.stdin }).on("line", (line) => {
    if (Number(line) === step) child.kill("SIGKILL");
  });
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  return signal ?? code;
}

/** The results of a finished training, which do not depend on its times. */
function outcome(folder: string): unknown {
  const run = join(folder, "runs", readdirSync(join(folder, "runs"))[0] ?? "");
  return {
    weights: readFileSync(join(run, "model", "model.safetensors")).toString("base64"),
    statistics: readFileSync(join(run, "model", "preprocessing.json"), "utf8"),
    metrics: readFileSync(join(run, "metrics.jsonl"), "utf8").replaceAll(/"time":"[^"]*"/gu, ""),
    last: readFileSync(join(run, "checkpoints", "last"), "utf8"),
  };
}

test("a training on rows beyond memory that is killed twice ends with the bits of one in memory that was not", async () => {
  const whole = await project("");
  expect(await trainUntil(whole, Infinity)).toBe(0);
  const killed = await project();
  expect(await trainUntil(killed, 17)).toBe("SIGKILL");
  expect(await trainUntil(killed, 40)).toBe("SIGKILL");
  expect(await trainUntil(killed, Infinity)).toBe(0);
  expect(outcome(killed)).toEqual(outcome(whole));
  expect(readdirSync(join(killed, ".cache", "mtl"))).toEqual([]);
});
