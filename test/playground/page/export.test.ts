import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { InferenceSession } from "onnxruntime-node";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CompiledManifest } from "../../../runtime/export/manifest.ts";
import type { LoggedValue } from "../../../runtime/run/metrics-log.ts";
import { folderWith, mtl } from "../../cli/run.ts";
import { writeAll } from "../example-files.ts";
import { sides, sidesExample, sidesText } from "../sides.ts";
import { describePlayground, minutes, train } from "./playground.ts";

const root = folderWith(sides.files);
afterAll(() => rm(root, { recursive: true, force: true }));

describePlayground("an export", { examples: async () => [await sidesExample()] }, (playground) => {
  let page: Page;
  let loss = "";

  beforeAll(async () => {
    const example = await sidesExample();
    await writeAll(example.files, root);
    page = await playground.openExample(example);
    loss = await train(page);
    await page.getByRole("button", { name: "Export" }).click();
  }, 2 * minutes);

  /** The file that the entry of this title gives. */
  async function downloaded(title: string): Promise<{ readonly name: string; readonly content: Buffer }> {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("listitem").filter({ hasText: title }).getByRole("button", { name: "Download" }).click(),
    ]);
    return { name: download.suggestedFilename(), content: readFileSync(await download.path()) };
  }

  test("is the specification as it is written", async () => {
    const { name, content } = await downloaded("Specification");
    expect([name, content.toString()]).toEqual([sides.name, sidesText]);
  });

  test(
    "is a run that Node evaluates and predicts with",
    async () => {
      const { name, content } = await downloaded("Run");
      expect(name).toBe("sides-0001.zip");
      await writeAll(unzipSync(content), join(root, "runs"));
      const run = join("runs", "sides-0001");
      const { values } = JSON.parse(readFileSync(join(root, run, "eval", "test.json"), "utf8")) as {
        readonly values: readonly object[];
      };
      const engine = ["--engine", "onnx:wasm", "--threads", "1"];
      const evaluated = await mtl(["eval", run, "--split", "test", "--json", ...engine], { cwd: root });
      expect(evaluated).toMatchObject({ code: 0 });
      expect(JSON.parse(evaluated.stdout)).toEqual(values.map((each) => ({ ...each, split: "test" })));
      const predicted = await mtl(["predict", run, "data/sides.jsonl", ...engine], { cwd: root });
      expect(predicted).toMatchObject({ code: 0 });
      expect(predicted.stdout).toContain("left");
    },
    2 * minutes,
  );

  test(
    "is graphs that ONNX Runtime opens",
    async () => {
      const { name, content } = await downloaded("ONNX");
      expect(name).toBe("sides-onnx.zip");
      const files = unzipSync(content);
      const manifest = JSON.parse(Buffer.from(files["sides-onnx/manifest.json"] ?? []).toString()) as CompiledManifest;
      const [graph] = manifest.graphs;
      const session = await InferenceSession.create(files[`sides-onnx/${graph?.onnx ?? ""}`] ?? new Uint8Array());
      expect([...session.inputNames].sort()).toEqual(graph?.inputs.map((input) => input.name).sort());
      await session.release();
    },
    minutes,
  );

  test(
    "is the command that trains the same in Node",
    async () => {
      const command = await page.locator(".command").innerText();
      const [npx, program, ...words] = command.trim().split(" ");
      expect([npx, program]).toEqual(["npx", "mtl"]);
      expect(await mtl([...words, "--runs", "again"], { cwd: root })).toMatchObject({ code: 0 });
      const log = readFileSync(join(root, "again", "sides-0001", "metrics.jsonl"), "utf8")
        .trim()
        .split("\n");
      const values = log.map((line) => JSON.parse(line) as LoggedValue);
      const last = values.findLast(({ name, split }) => name === "loss" && split === "train");
      expect(last?.value?.toPrecision(6)).toBe(loss);
    },
    2 * minutes,
  );
});
