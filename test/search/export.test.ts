import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { exportSearch } from "../../runtime/index.ts";
import { searchLibraries } from "../../runtime/search/export/search-libraries.ts";
import { build } from "../built.ts";
import { writeSmallModel } from "../trainer/small-model.ts";
import { newFolder } from "../trainer/tiny-run.ts";

const python = process.env["PYTHON"] ?? "python3";
const has = (...code: readonly string[]) => spawnSync(python, ["-c", code.join("; ")]).status === 0;
const modules = { optuna: "import optuna", ray: "from ray import tune" } as const;

let root: string;
const written = (to: (typeof searchLibraries)[number], method: "random" | "grid" | "halving" = "halving") =>
  exportSearch({
    specification: join(root, "colours.mtl"),
    over: "width=8..16 step 4, fit.optimizer.rate=1e-3..1e-1 log, fit.clip=1..3, fit.schedule.warmup=0%..20%",
    set: { "fit.checkpoint.every": "4" },
    method,
    by: "strength.rmse",
    trials: 3,
    steps: 8,
    runs: join(root, to),
    to,
    output: join(root, `${to}_${method}.py`),
  });

beforeAll(async () => {
  root = await newFolder();
  writeSmallModel(root);
});

test("a script has the dimensions of the search, and what its trials are compared by", async () => {
  const optuna = readFileSync(await written("optuna"), "utf8");
  for (const line of [
    '"width": trial.suggest_categorical("width", ["8", "12", "16"]),',
    '"fit.optimizer.rate": trial.suggest_float("fit.optimizer.rate", 0.001, 0.1, log=True),',
    '"fit.clip": trial.suggest_float("fit.clip", 1, 3),',
    'UNITS = {"fit.schedule.warmup": "%"}',
    'MEASURES = [["strength", "rmse"]]',
    "SIGN = -1",
    'SPECIFICATION = HERE / "colours.mtl"',
    "SuccessiveHalvingPruner(min_resource=1, reduction_factor=3)",
  ])
    expect(optuna).toContain(line);
  const ray = readFileSync(await written("ray", "grid"), "utf8");
  expect(ray).toContain('"width": tune.grid_search(["8", "12", "16"]),');
  expect(ray).toContain('"fit.optimizer.rate": tune.grid_search([0.001, 0.01, 0.1]),');
});

test.skipIf(!has("pass"))(
  `Python reads the scripts${has("pass") ? "" : ` (skipped: there is no ${python})`}`,
  async () => {
    for (const library of searchLibraries)
      for (const method of ["random", "grid", "halving"] as const)
        execFileSync(python, ["-m", "py_compile", await written(library, method)]);
  },
);

test("wrong values are refused before a script is written", async () => {
  await expect(
    exportSearch({
      specification: join(root, "colours.mtl"),
      over: "fit.sampler=1..2",
      to: "ray",
      output: join(root, "no.py"),
    }),
  ).rejects.toMatchObject({ kind: "usage" });
});

describe.each(searchLibraries)("a search by %s", (library) => {
  const isThere = has(modules[library]);
  test.skipIf(!isThere)(
    `trains its trials and names the best${isThere ? "" : ` (skipped: ${python} lacks ${library}; PYTHON= names one)`}`,
    async () => {
      const dist = build("mtl-search-script");
      const { status, stdout, stderr } = spawnSync(python, [await written(library)], {
        cwd: root,
        encoding: "utf8",
        env: { ...process.env, MTL: `node ${join(dist, "cli", "main.js")}` },
        timeout: 300_000,
      });
      expect(`${status} ${stderr.slice(-2000)}`).toMatch(/^0 /);
      const [, run = ""] = /The best is (\S+), with \d/.exec(stdout) ?? [];
      expect(JSON.parse(readFileSync(join(run, "eval", "validation.json"), "utf8"))).toMatchObject({
        split: "validation",
      });
    },
    400_000,
  );
});
