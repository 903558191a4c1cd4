import { copyFileSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readTensors } from "../../runtime/checkpoint/checkpoint.ts";
import { type StoredTensor, readSafetensors, writeSafetensors } from "../../runtime/checkpoint/safetensors.ts";
import { type TrainingResult, resume, train } from "../../runtime/index.ts";
import { specification } from "../trainer/small-model.ts";
import { firstRun } from "./first-run.ts";
import { newFolder } from "../trainer/tiny-run.ts";

let root: string;
let runs: string;
let first: string;
beforeAll(async () => {
  ({ root, runs, first } = await firstRun());
});

/** The small model with other text in it, which moves no weight: what it ends with is what it began with. */
function unmoved(init: string, change: (text: string) => string = (text) => text): string {
  const entry = join(root, "again.mtl");
  const still = specification("init: HERE")
    .replace("adamw(rate: 1e-2)", "sgd(rate: 0)")
    .replace("epochs: 3", "steps: 2\n  checkpoint: checkpoint(keep: 9)");
  writeFileSync(entry, change(still).replace("HERE", init));
  return entry;
}

const notes: string[] = [];
async function begin(entry: string, options: object = {}): Promise<TrainingResult> {
  notes.length = 0;
  return train({
    specification: entry,
    runs,
    threads: 1,
    interrupt: new AbortController().signal,
    observer: { onNote: (note) => void notes.push(note) },
    ...options,
  });
}

const weightsOf = (folder: string) => readTensors(join(folder, "model", "model.safetensors"));
const reportOf = (folder: string) => JSON.parse(readFileSync(join(folder, "starts", "fit.json"), "utf8"));

/** The first run's weights as another program may have stored them. */
async function foreignFile(
  name: string,
  store: (name: string, tensor: StoredTensor) => readonly (readonly [string, StoredTensor])[],
): Promise<string> {
  const { tensors } = await readSafetensors(join(first, "model", "model.safetensors"));
  const stored = new Map([...tensors].flatMap(([key, tensor]) => store(key, tensor)));
  await writeSafetensors(join(root, name), { tensors: stored, metadata: new Map() });
  return name;
}

describe("a stage that starts from another run", () => {
  test("has its weights, and says so", async () => {
    const { folder } = await begin(unmoved('from("first-0001")'));
    const before = await weightsOf(first);
    expect(await weightsOf(folder)).toEqual(before);
    const report = reportOf(folder);
    expect(report).toMatchObject({
      stage: "fit",
      path: "first-0001",
      checkpoint: expect.stringMatching(/^step-/),
      missing: [],
      otherShape: [],
      unused: [],
      partly: [],
    });
    expect(report.taken.map(({ weight }: { weight: string }) => weight).toSorted()).toEqual(
      [...before.keys()].toSorted(),
    );
    expect(notes.join("\n")).toMatch(/Stage fit takes \d+ weights from first-0001 \(step-\d+\)\. starts\/fit\.json/);
  });

  test("may name it relative to the specification, by its model alone, or by its last checkpoint", async () => {
    for (const init of ['from("runs/first-0001", checkpoint: last)', 'from("runs/first-0001/model")'])
      expect(reportOf((await begin(unmoved(init))).folder).missing).toEqual([]);
  });

  test("keeps what is not found, as a run without it would begin", async () => {
    const renameSeen = (text: string) => text.replaceAll("seen", "looked");
    const [{ folder: fresh }, { folder }] = [
      await begin(unmoved("fresh", renameSeen)),
      await begin(unmoved('from("first-0001")', renameSeen)),
    ];
    const [initial, before, weights] = [await weightsOf(fresh), await weightsOf(first), await weightsOf(folder)];
    expect(weights.get("looked.linear.kernel")).toEqual(initial.get("looked.linear.kernel"));
    expect(weights.get("task.hue.head.linear.kernel")).toEqual(before.get("task.hue.head.linear.kernel"));
    expect(reportOf(folder)).toMatchObject({
      missing: ["looked.linear.kernel", "looked.linear.bias"],
      unused: expect.arrayContaining(["seen.linear.kernel"]),
    });
  });

  test("finds by `rename`, and by the specification's own `renamed`, what has another name by now", async () => {
    const renameSeen = (text: string) => text.replaceAll("seen", "looked");
    const [byOption, byDeclaration] = [
      await begin(unmoved('from("first-0001", rename: { "seen.**": "looked.**" }, match: all)', renameSeen)),
      await begin(
        unmoved('from("first-0001", match: all)', (text) => `${renameSeen(text)}\nrenamed "seen.**" -> "looked.**"\n`),
      ),
    ];
    const before = await weightsOf(first);
    for (const { folder } of [byOption, byDeclaration])
      expect((await weightsOf(folder)).get("looked.linear.kernel")).toEqual(before.get("seen.linear.kernel"));
  });

  test("takes only what it is told to", async () => {
    const { folder } = await begin(unmoved('from("first-0001", take: [read])'));
    expect(reportOf(folder).taken.map(({ weight }: { weight: string }) => weight)).toEqual(["read.embed.table"]);
  });

  test("goes on in a later stage with what the earlier ones left", async () => {
    const twoStages = (text: string) =>
      text.replace("stage fit {", "stage warm {\n  optimizer: adamw(rate: 1e-2)\n  steps: 3\n}\n\nstage fit {");
    const { folder } = await begin(unmoved('from("first-0001", take: [read])', twoStages));
    const [before, weights, warm] = [
      await weightsOf(first),
      await weightsOf(folder),
      await readTensors(join(folder, "checkpoints", "step-000003", "model.safetensors")),
    ];
    expect(weights.get("read.embed.table")).toEqual(before.get("read.embed.table"));
    expect(weights.get("seen.linear.kernel")).toEqual(warm.get("seen.linear.kernel"));
  });
});

describe("a stage that starts from a file", () => {
  test("reads half precision and matrices that are stored the other way round", async () => {
    // The copied tokenizer says which token each row of the table belongs to.
    copyFileSync(join(first, "model/preprocessing.json"), join(root, "preprocessing.json"));
    const file = await foreignFile("theirs.safetensors", (name, { data, shape }) => {
      if (!(data instanceof Float32Array)) return [];
      const brain = Uint16Array.from(new Uint32Array(data.buffer, data.byteOffset, data.length), (bits) => bits >>> 16);
      if (name !== "seen.linear.kernel") return [[`net.${name}`, { dtype: "BF16", shape, data: brain }]];
      const [rows = 0, columns = 0] = shape;
      const turned = new Float32Array(data.length);
      for (let row = 0; row < rows; row++)
        for (let column = 0; column < columns; column++)
          turned[column * rows + row] = data[row * columns + column] ?? 0;
      return [["net.seen.linear.weight", { dtype: "F32", shape: [columns, rows], data: turned }]];
    });
    const { folder } = await begin(
      unmoved(
        `from("${file}", rename: { "net.**.linear.weight": "**.linear.kernel", "net.**": "**" }, transpose: "**.weight", match: all)`,
      ),
    );
    const [before, weights] = [await weightsOf(first), await weightsOf(folder)];
    expect(weights.get("seen.linear.kernel")).toEqual(before.get("seen.linear.kernel"));
    for (const [name, { data }] of before)
      for (const [at, value] of data.entries())
        expect(Math.abs((weights.get(name)?.data[at] ?? Number.NaN) - value)).toBeLessThanOrEqual(
          Math.abs(value) / 128,
        );
  });

  test.each([
    [
      "a run that is not there, with the nearest name",
      () => 'from("frist-0001")',
      /"frist-0001", from which the stage starts, does not exist/,
      /Did you mean "first-0001"/,
    ],
    ["a folder that is no run", () => 'from("runs")', /neither a run folder nor a model folder/, undefined],
    ["a path that leaves the folder", () => 'from("outside.safetensors")', /leaves the folder/, undefined],
    [
      "a damaged file",
      () => 'from("damaged.safetensors")',
      /damaged\.safetensors is not a safetensors file/,
      undefined,
    ],
    [
      "names that none of the stage's weights has",
      () => 'from("prefixed.safetensors")',
      /No tensor in prefixed\S*, which has \d+, is a weight/,
      /"net\.[^"]+" may be .*rename/,
    ],
    ["whole numbers", () => 'from("whole.safetensors")', /holds seen\.linear\.bias as I32/, /take: all except/],
    [
      "two tensors for one weight",
      () => 'from("prefixed.safetensors", rename: { "net.seen.linear.*": "seen.linear.bias", "net.**": "**" })',
      undefined,
      undefined,
    ],
    [
      "a missing weight where all must be found",
      () => 'from("first-0001", take: [read], match: all)',
      /lacks seen\.linear/,
      undefined,
    ],
    [
      "a weight that is frozen and not found",
      () => 'from("first-0001", take: [read])\n  freeze: [seen]',
      /freezes seen\.linear\.kernel and 1 more weights, not found in first-0001/,
      undefined,
    ],
  ])("is refused for %s", async (name, init, message, help) => {
    const outside = join(await newFolder(), "outside.safetensors");
    const stored = await foreignFile("prefixed.safetensors", (key, tensor) => [[`net.${key}`, tensor]]);
    await foreignFile("whole.safetensors", (key) =>
      key === "seen.linear.bias" ? [[key, { dtype: "I32", shape: [16], data: new Int32Array(16) }]] : [],
    );
    cpSync(join(root, stored), outside);
    writeFileSync(join(root, "damaged.safetensors"), readFileSync(join(root, stored)).subarray(0, 200));
    try {
      symlinkSync(outside, join(root, "outside.safetensors"));
    } catch {
      // Made by the case before.
    }
    // The second error is the compiler's: wildcards differ.
    const kind = name.startsWith("two tensors") ? "specification" : "data";
    await expect(begin(unmoved(init()))).rejects.toMatchObject({
      kind,
      ...(message ? { message: expect.stringMatching(message) } : {}),
      ...(help ? { help: expect.stringMatching(help) } : {}),
    });
  });
});

describe("a run that is resumed", () => {
  test("starts a later stage from what it found when it began, or not at all", async () => {
    const copy = join(root, "copy");
    mkdirSync(copy, { recursive: true });
    cpSync(join(first, "model"), copy, { recursive: true });
    const twoStages = (text: string) =>
      text.replace("stage fit {", "stage warm {\n  optimizer: adamw(rate: 1e-2)\n  steps: 3\n}\n\nstage fit {");
    const controller = new AbortController();
    const observer = { onCheckpoint: () => controller.abort() };
    await expect(
      begin(unmoved('from("copy")', twoStages), { name: "stopped", observer, interrupt: controller.signal }),
    ).rejects.toMatchObject({ kind: "interrupted" });
    const run = join(runs, "stopped-0001");
    cpSync(run, join(runs, "stopped-0002"), { recursive: true });

    const { folder } = await resume(run, { threads: 1, interrupt: new AbortController().signal });
    expect((await weightsOf(folder)).get("seen.linear.kernel")).toEqual(
      (await weightsOf(first)).get("seen.linear.kernel"),
    );

    const kernel = await foreignFile("other.safetensors", (key, tensor) =>
      key === "seen.linear.kernel" ? [[key, tensor]] : [],
    );
    cpSync(join(root, kernel), join(copy, "model.safetensors"));
    await expect(resume(join(runs, "stopped-0002"), { threads: 1 })).rejects.toMatchObject({
      kind: "data",
      message: expect.stringMatching(/model\.safetensors is damaged/),
    });
    const { files: _files, seal: _seal, ...manifest } = JSON.parse(readFileSync(join(copy, "model.json"), "utf8"));
    writeFileSync(join(copy, "model.json"), JSON.stringify(manifest));
    await expect(resume(join(runs, "stopped-0002"), { threads: 1 })).rejects.toMatchObject({
      kind: "data",
      message: expect.stringMatching(/copy, from which stage fit starts, has changed/),
    });
  });
});
