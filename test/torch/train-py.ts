import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readLog } from "./toy-project.ts";

/** `PYTHON=` names an interpreter that has torch and safetensors; without one, tests of `train.py` are skipped. */
export const python = process.env["PYTHON"] ?? "python3";
export const isThere = spawnSync(python, ["-c", "import torch, safetensors"]).status === 0;
export const skipped = isThere ? "" : ` (skipped: ${python} lacks torch or safetensors; PYTHON= names one)`;

/** A run of `train.py`. */
export interface Job {
  /** The exported folder. */
  readonly folder: string;
  /** The folder of the run. */
  readonly output: string;
  readonly world?: number;
  readonly flags?: readonly string[];
  /** The update in which the last process is killed. */
  readonly killed?: number;
}

/** Runs `train.py` for each job; torch is imported once for all of them. `folder` is where the list of jobs is written. */
export function runEach(
  folder: string,
  jobs: readonly Job[],
): { readonly status: number | null; readonly text: string } {
  const file = join(folder, "jobs.json");
  const whole = jobs.map(({ world = 1, flags = [], killed = null, ...job }) => ({
    ...job,
    world,
    flags: ["--keyed", ...flags],
    killed,
  }));
  writeFileSync(file, JSON.stringify(whole));
  const ended = spawnSync(python, ["-W", "ignore", join(import.meta.dirname, "run-each.py"), file], {
    encoding: "utf8",
    timeout: 1_800_000,
    env: { ...process.env, OMP_NUM_THREADS: "1", PYTHONDONTWRITEBYTECODE: "1" },
  });
  return { status: ended.status, text: `${ended.stdout}${ended.stderr}` };
}

export interface LogDifference {
  /** The largest difference of a logged value from that of mtl, relative where the value is above 1. */
  readonly difference: number;
  /** The values that mtl logs, and the run of `train.py` lacks. */
  readonly missing: readonly string[];
}

/** Compares the log of a run of `train.py` with that of mtl. */
export function compareLogs(run: string, output: string): LogDifference {
  const keyOf = ({ step, task, split, name }: ReturnType<typeof readLog>[number]) =>
    [step, task, split, name].join(" ");
  const found = new Map(readLog(output).map((event) => [keyOf(event), event.value]));
  // The last evaluation and what describes the use of the data are mtl's own.
  const wanted = readLog(run).filter(({ epoch, name }) => epoch !== null && name !== "data_used");
  let difference = 0;
  const missing: string[] = [];
  for (const event of wanted) {
    const value = found.get(keyOf(event));
    if (value === undefined) missing.push(keyOf(event));
    else
      difference = Math.max(
        difference,
        Math.abs((value ?? 0) - (event.value ?? 0)) / Math.max(1, Math.abs(event.value ?? 0)),
      );
  }
  return { difference, missing };
}
