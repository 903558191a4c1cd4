import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readTensors } from "../../runtime/checkpoint/checkpoint.ts";
import { compileToFolder, inspectStream } from "../../runtime/index.ts";
import { mtl } from "../cli/run.ts";
import { specification } from "../trainer/small-model.ts";
import { firstRun } from "./first-run.ts";
import { newFolder } from "../trainer/tiny-run.ts";

let root: string;
let runs: string;
let first: string;
beforeAll(async () => {
  ({ root, runs, first } = await firstRun());
});

function untrained(init: string, change: (text: string) => string = (text) => text): string {
  const entry = join(root, "again.mtl");
  writeFileSync(entry, change(specification(init)));
  return entry;
}

const seenOf = async (of: string, onNote?: (note: string) => void) =>
  Array.from(
    (await inspectStream(of, { stream: "seen", row: 2, runs, threads: 1, ...(onNote ? { onNote } : {}) })).values,
  );
const initialOf = async (source: string, options: object = {}) => {
  const folder = join(await newFolder(), "compiled");
  const manifest = await compileToFolder(folder, { source, runs, graphs: ["predict"], formats: ["onnx"], ...options });
  return { manifest, folder, tensors: await readTensors(join(folder, "initial.safetensors")) };
};
const trainedWeights = () => readTensors(join(first, "model", "model.safetensors"));

describe("a specification whose stage starts from a run", () => {
  test("is inspected with that run's weights, and says so", async () => {
    const notes: string[] = [];
    expect(await seenOf(untrained('init: from("first-0001")'), (note) => notes.push(note))).toEqual(
      await seenOf(first),
    );
    expect(notes).toEqual([expect.stringMatching(/^Stage fit takes \d+ weights from first-0001 \(step-\d+\)\.$/)]);
    expect(await seenOf(untrained(""))).not.toEqual(await seenOf(first));
  });

  test("is compiled with them, and its manifest says where they are from", async () => {
    const { manifest, tensors } = await initialOf(untrained('init: from("first-0001", take: [seen])'));
    const [trained, drawn] = [await trainedWeights(), (await initialOf(untrained(""))).tensors];
    expect(manifest.initial.weights).toBe("from");
    for (const [name, tensor] of trained)
      expect(tensors.get(name), name).toEqual(name.startsWith("seen.") ? tensor : drawn.get(name));
  });

  test("also where an earlier stage does, and not where a later one does or it begins anew", async () => {
    const stages = (between: string) =>
      untrained("", (text) =>
        text.replace(
          "stage fit {",
          `stage early {\n  init: from("first-0001")\n  optimizer: sgd(rate: 0.1)\n  steps: 1\n}\nstage fit {\n  ${between}`,
        ),
      );
    const kernel = async (source: string, options: object = {}) =>
      (await initialOf(source, options)).tensors.get("seen.linear.kernel");
    const trained = (await trainedWeights()).get("seen.linear.kernel");
    expect(await kernel(stages(""))).toEqual(trained);
    expect(await kernel(stages("init: last(early)"))).toEqual(trained);
    expect(await kernel(stages("init: fresh"))).not.toEqual(trained);
    const later = untrained(
      "",
      (text) => `${text}stage late {\n  init: from("gone-0001")\n  optimizer: sgd(rate: 0.1)\n  steps: 1\n}\n`,
    );
    expect((await initialOf(later, { stage: "fit" })).manifest.initial.weights).toBe("seed");
    await expect(initialOf(later)).rejects.toMatchObject({
      kind: "data",
      message: expect.stringContaining("gone-0001"),
    });
  });

  test("has what a head learnt of each class under its name, for which the data is read", async () => {
    const reordered = (text: string) =>
      text.replaceAll('category("hue", classes: 3)', 'category("hue", classes: ["red", "green", "blue"])');
    const entry = untrained('init: from("first-0001")', reordered);
    const { tensors, folder } = await initialOf(entry);
    const [here, there] = [tensors, await trainedWeights()].map(
      (each) => each.get("task.hue.head.linear.bias")?.data ?? expect.fail(),
    );
    // The first run sorted them: blue, green, red.
    expect([...(here ?? [])]).toEqual([2, 1, 0].map((place) => there?.[place]));
    expect(new Set(there).size).toBe(3);
    const { classes } = JSON.parse(readFileSync(join(folder, "preprocessing.json"), "utf8"));
    expect(classes.hue).toEqual(["red", "green", "blue"]);
    const elsewhere = untrained('init: from("first-0001")', (text) => text.replace("samples.jsonl", "lost.jsonl"));
    await expect(initialOf(elsewhere)).rejects.toMatchObject({
      kind: "data",
      message: expect.stringMatching(/names of classes and pieces of text.*lost\.jsonl/su),
    });
  });

  test("or cannot be looked at where that run is missing, which the commands say", async () => {
    const entry = untrained('init: from("frist-0001")');
    for (const command of [
      ["inspect", entry, "seen"],
      ["compile", entry, "--out", join(root, "out")],
    ]) {
      const { code, stderr } = await mtl([...command, "--runs", runs]);
      expect(code).toBe(4);
      expect(stderr).toContain('"frist-0001"');
      expect(stderr).toContain("first-0001");
    }
    rmSync(join(root, "out"), { recursive: true, force: true });
  });
});
