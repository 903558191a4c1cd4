import { mkdtemp, rm } from "node:fs/promises";
import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { printSpecification } from "../../compiler/formatter/print.ts";
import { createNodeHost, packageRoot } from "../../compiler/host.ts";
import { compileProgram } from "../../compiler/program.ts";
import { prepareEmoji } from "../../examples/data/emoji.ts";
import { parse } from "../../grammar/parse.ts";
import { load, train } from "../../runtime/index.ts";

const folder = join(packageRoot(), "examples");
const examples = readdirSync(folder).filter((name) => name.endsWith(".mtl"));

describe.each(examples)("%s", (name) => {
  const path = join(folder, name);
  let runs = "";

  beforeAll(async () => {
    runs = await mkdtemp(join(tmpdir(), "mtl-examples-"));
    await prepareEmoji(join(folder, "data", "emoji"));
  });
  afterAll(() => rm(runs, { recursive: true, force: true }));

  test("compiles without a diagnostic", () => {
    expect(compileProgram({ entry: path, host: createNodeHost() }).diagnostics).toEqual([]);
  });

  test("stands as the formatter would write it", () => {
    const source = readFileSync(path, "utf8");
    expect(printSpecification(parse(source, path).tree, { source })).toBe(source);
  });

  test("trains a little on its data, and predicts a class by its name", async () => {
    const { folder: run, results } = await train({ specification: path, runs, steps: 4 });
    expect(results.map(({ value }) => Number.isFinite(value))).not.toContain(false);
    const model = await load(run, { folder });
    const [task] = model.tasks;
    const prediction = await model.predict({ drawing: "data/emoji/svg/noto/1f98a.svg", name: "fox" }, { task: task?.name ?? "" });
    expect(model.classes[task?.name ?? ""]).toContain("class" in prediction ? prediction.class : undefined);
    await model.dispose();
  }, 180_000);
});

describe("mbt.mtl", () => {
  test.each(["both", "drawing", "name"])("compiles with sees=%s", (sees) => {
    expect(compileProgram({ entry: join(folder, "mbt.mtl"), host: createNodeHost(), set: new Map([["sees", sees]]) }).diagnostics).toEqual([]);
  });
});
