import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readModel } from "../../runtime/checkpoint/checkpoint.ts";
import { CheckpointFolder } from "../../runtime/checkpoint/checkpoint-folder.ts";
import { evaluate, load, resume } from "../../runtime/index.ts";

const projects = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const made: string[] = [];
const settings = { engine: "onnx", threads: 1 } as const;

/** A copy of a project, in which a test may write; the folder that the locks name is nowhere. */
function copied(project: string): string {
  const folder = mkdtempSync(join(tmpdir(), "mtl-old-run-"));
  made.push(folder);
  cpSync(join(import.meta.dirname, project), folder, { recursive: true });
  return folder;
}

const json = (...path: readonly string[]) => JSON.parse(readFileSync(join(...path), "utf8"));

describe.each(projects)("%s, trained before rules had a number", (project) => {
  afterAll(() => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

  test("predicts what it did", async () => {
    const folder = copied(project);
    const examples = readFileSync(join(folder, "asked.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const model = await load(join(folder, "runs/whole-0001"), { ...settings, folder });
    for (const [task, predictions] of Object.entries(json(folder, "expected.json").predictions)) {
      expect(await model.predictAll(examples, { task }), task).toEqual(closeTo(predictions));
    }
    await model.dispose();
  });

  test("is measured as it was", async () => {
    const folder = copied(project);
    for (const split of ["validation", "test"] as const) {
      const before = json(folder, "runs/whole-0001/eval", `${split}.json`).values;
      const values = await evaluate(join(folder, "runs/whole-0001"), split, settings);
      for (const { task, name, value, floor } of before) {
        const now = values.find((each) => each.task === task && each.name === name);
        expect(now, `${task}.${name} on ${split}`).toMatchObject(
          closeTo({ value: value ?? Number.NaN, ...(floor === undefined ? {} : { floor: floor ?? Number.NaN }) }),
        );
      }
    }
  });

  test("goes on to the weights that it would have had", async () => {
    const folder = copied(project);
    await resume(join(folder, "runs/halted-0001"));
    const [whole, halted] = await Promise.all(
      ["whole-0001", "halted-0001"].map((run) => lastWeights(join(folder, "runs", run))),
    );
    expect(halted).toEqual(closeTo(whole));
  });
});

async function lastWeights(run: string): Promise<Readonly<Record<string, readonly number[]>>> {
  const checkpoints = new CheckpointFolder(join(run, "checkpoints"));
  const last = await checkpoints.newest();
  if (!last) throw new Error(`${run} has no checkpoint`);
  const tensors = await readModel(checkpoints.folderOf(last.name));
  return Object.fromEntries([...tensors].map(([name, { data }]) => [name, [...data]]));
}

/** The same to five digits: another processor may round the last bits otherwise. */
function closeTo<Value>(value: Value): Value {
  if (typeof value === "number" && Number.isFinite(value))
    return expect.closeTo(value, 5 - Math.min(5, Math.ceil(Math.log10(Math.max(1, Math.abs(value)))))) as Value;
  if (Array.isArray(value)) return value.map(closeTo) as Value;
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, closeTo(each)])) as Value;
  return value;
}
