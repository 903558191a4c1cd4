import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readRun } from "../../runtime/report/run-record.ts";
import { exportToy, newRoot, readLog } from "./toy-project.ts";

/** `ray_train.py`, on a cluster of two workers that Ray starts on this machine. */
const python = process.env["PYTHON"] ?? "python3";
const search =
  "import importlib.util as u; raise SystemExit(not all(u.find_spec(n) for n in ('torch', 'safetensors', 'ray')))";
const isThere = spawnSync(python, ["-c", search]).status === 0;

let root: string;
let folder: string;
beforeAll(async () => {
  if (!isThere) return;
  root = newRoot();
  ({ folder } = await exportToy(root, "shuffled", ""));
});
afterAll(() => {
  if (isThere) rmSync(root, { recursive: true, force: true });
});

test.skipIf(!isThere)(
  `two workers of Ray make the updates of two processes${isThere ? "" : ` (skipped: ${python} lacks torch, safetensors or ray; PYTHON= names one)`}`,
  { timeout: 600_000 },
  async () => {
    const env = { ...process.env, OMP_NUM_THREADS: "1", RAY_TRAIN_V2_ENABLED: "1" };
    const output = join(root, "runs/ray");
    const ended = spawnSync(
      python,
      [join(folder, "ray_train.py"), "--workers", "2", "--output", output, "--", "--keyed"],
      { encoding: "utf8", timeout: 500_000, env },
    );
    expect(ended.status, ended.stderr.slice(-3000)).toBe(0);
    const alone = join(root, "runs/alone");
    const reference = spawnSync(python, [join(folder, "train.py"), "--output", alone, "--keyed"], {
      encoding: "utf8",
      env,
    });
    expect(reference.status, reference.stderr).toBe(0);
    const losses = (run: string) => readLog(run).filter(({ name }) => name === "loss");
    const [ours, theirs] = [losses(alone), losses(output)];
    expect(theirs.map(({ step, task, split }) => [step, task, split])).toEqual(
      ours.map(({ step, task, split }) => [step, task, split]),
    );
    for (const [index, { value }] of theirs.entries()) expect(value).toBeCloseTo(ours[index]?.value ?? Number.NaN, 5);
    expect((await readRun(output)).events.length).toBeGreaterThan(0);
  },
);
