import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Engine } from "../../runtime/engines/engine.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { killedStages } from "./killed-stages.ts";
import { tinyProgram } from "./tiny-program.ts";
import { newFolder, outcome, run } from "./tiny-run.ts";

const root = resolve(import.meta.dirname, "../..");
// Within the project, so that the child finds the packages.
const built = join(root, "node_modules", ".cache", `mtl-killed-run-${process.pid}`);
let engine: Engine;
let expected: Awaited<ReturnType<typeof outcome>>;

beforeAll(async () => {
  await build({
    root,
    configFile: false,
    logLevel: "error",
    build: { ssr: join(import.meta.dirname, "killed-run.ts"), outDir: built, target: "node20", emptyOutDir: true },
  });
  engine = await openEngine({ engine: "onnx", threads: 1 });
  const whole = await newFolder();
  await run({ folder: whole, engine, program: tinyProgram(killedStages) });
  expected = await outcome(whole);
});
afterAll(async () => {
  await engine.dispose();
  rmSync(built, { recursive: true, force: true });
});

type End = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** Ends `child` by a signal after the line for which `isMatch` returns true. Returns how it ended. */
async function endAt(
  child: ChildProcess,
  isMatch: (line: string, steps: number) => boolean,
  signal: NodeJS.Signals,
): Promise<End> {
  let steps = 0;
  createInterface({ input: child.stdout ?? process.stdin }).on("line", (line) => {
    if (isMatch(line, ++steps)) child.kill(signal);
  });
  const [code, by] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  return { code, signal: by };
}

const endAfter = (child: ChildProcess, steps: number, signal: NodeJS.Signals): Promise<End> =>
  endAt(child, (_, told) => told === steps, signal);

const start = (folder: string): ChildProcess =>
  spawn(process.execPath, [join(built, "killed-run.js"), folder], { stdio: ["ignore", "pipe", "inherit"] });

test("a run that is killed again and again ends with the same bits as one that was not", async () => {
  const folder = await newFolder();
  let kills = 0;
  for (const steps of [2, 11, 17, 24, Infinity]) {
    const end = await endAfter(start(folder), steps, "SIGKILL");
    if (end.signal === "SIGKILL") kills++;
    else expect(end.code).toBe(0);
  }
  expect(kills).toBeGreaterThanOrEqual(3);
  expect(await outcome(folder)).toEqual(expected);
});

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s saves the run, and it goes on from there", async (signal) => {
  const folder = await newFolder();
  expect(await endAfter(start(folder), 31, signal)).toEqual({ code: 75, signal: null });
  expect(await endAfter(start(folder), Infinity, signal)).toEqual({ code: 0, signal: null });
  expect(await outcome(folder)).toEqual(expected);
});

test("a run that is killed in each of its forks ends with the same results", async () => {
  const folder = await newFolder();
  for (const line of ["each.kind 5", "each.size 2", "each.size 11"])
    expect(await endAt(start(folder), (told) => told === line, "SIGKILL")).toEqual({ code: null, signal: "SIGKILL" });
  expect(await endAfter(start(folder), Infinity, "SIGKILL")).toEqual({ code: 0, signal: null });
  expect(await outcome(folder)).toEqual(expected);
});
