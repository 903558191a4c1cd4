import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { train } from "../../runtime/index.ts";
import { writeSmallModel } from "../trainer/small-model.ts";
import { newFolder } from "../trainer/tiny-run.ts";

describe("a class of which alone a metric is, where the data names the classes", () => {
  const trainWith = async (metrics: string) => {
    const root = await newFolder();
    const specification = writeSmallModel(root);
    writeFileSync(
      specification,
      readFileSync(specification, "utf8").replace('category("hue", classes: 3)', `$&  metrics: ${metrics}`),
    );
    const runs = join(root, "runs");
    return {
      runs,
      result: train({ specification, runs, threads: 1, steps: 1, interrupt: new AbortController().signal }),
    };
  };

  test("is looked for before anything is trained or written", async () => {
    const { runs, result } = await trainWith('[f1(of: "grean")]');
    await expect(result).rejects.toMatchObject({
      kind: "specification",
      message: expect.stringMatching(/f1 of task hue.*"grean"/u),
      help: 'Did you mean "green"?',
    });
    expect(existsSync(runs)).toBe(false);
  });

  test("lists the classes where no name is near", async () => {
    await expect((await trainWith('[accuracy, recall(of: "violet")]')).result).rejects.toMatchObject({
      help: "It has blue, green, red.",
    });
  });

  test("is measured where it is there", async () => {
    const { results } = await (await trainWith('[recall(of: "green"), recall]')).result;
    const values = new Map(
      results.filter(({ task, split }) => task === "hue" && split === "test").map(({ name, value }) => [name, value]),
    );
    expect([...values.keys()]).toEqual(["loss", "recall_green", "recall"]);
    expect(values.get("recall_green")).toBeGreaterThanOrEqual(0);
  });
});
