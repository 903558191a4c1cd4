import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { replaceFolder } from "../../runtime/export/replace-folder.ts";
import { initialWeight } from "../../runtime/train/phase/initialize.ts";
import {
  type CompileToFolderOptions,
  type CompiledManifest,
  compileFile,
  compileToFolder,
  readCompiled,
} from "../../runtime/index.ts";
import { writeSmallModel } from "../trainer/small-model.ts";
import { readManifest, readTensors } from "./plain.ts";

const root = mkdtempSync(join(tmpdir(), "mtl-compiled-"));
const source = writeSmallModel(root, "clip: 0.5");
const folder = join(root, "compiled");
const compile = (options: Partial<CompileToFolderOptions> = {}) => compileToFolder(folder, { source, ...options });

afterAll(() => rm(root, { recursive: true, force: true }));

describe("the manifest", () => {
  let manifest: CompiledManifest;
  beforeAll(async () => {
    manifest = await compile();
  });

  test("is what is on the disk, and every file is as it says", async () => {
    expect(await readCompiled(folder)).toEqual(JSON.parse(JSON.stringify(manifest)));
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files).toHaveLength(Object.keys(manifest.files).length + 1);
  });

  test("has a graph of prediction, evaluation and training for each task, and one that predicts all, in both formats", () => {
    expect(manifest.graphs.map(({ kind, tasks, batch }) => `${tasks.join()} ${kind} ${batch}`).toSorted()).toEqual(
      [
        "hue,traits,strength predict 1",
        ...["hue", "strength", "traits"].flatMap((task) => [
          `${task} evaluate 16`,
          `${task} predict 1`,
          `${task} step 16`,
        ]),
      ].toSorted(),
    );
    expect(manifest.graphs.find(({ tasks }) => tasks.length > 1)).toMatchObject({
      tfjs: "predict/model.json",
      onnx: "predict.onnx",
    });
    for (const { tfjs, onnx } of manifest.graphs)
      expect([tfjs, onnx].every((file) => manifest.files[file ?? ""])).toBe(true);
  });

  test("says where every input comes from", () => {
    const step = manifest.graphs.find(({ kind, tasks }) => kind === "step" && tasks[0] === "hue");
    const sources = new Map(step?.inputs.map(({ name, source: from }) => [name, from]));
    expect(sources.get("feature/words.ids")).toEqual({ kind: "data", below: 64 });
    expect(sources.get("feature/light")).toEqual({ kind: "data" });
    expect(sources.get("feature/hue.target")).toEqual({ kind: "data", below: 3 });
    expect(sources.get("row_weight")).toEqual({ kind: "row_weight" });
    expect([...sources.values()].filter(({ kind }) => kind === "random")).toEqual([
      {
        kind: "random",
        distribution: {
          kind: "integers",
          low: 0,
          high: 255,
          moved: { from: 25, to: 26, share: expect.closeTo(0.4, 10) as number },
        },
      },
    ]);
    const initial = readTensors(join(folder, manifest.initial.file));
    expect(
      [...sources].flatMap(([name, from]) => (from.kind === "initial" && !initial.has(name) ? [name] : [])),
    ).toEqual([]);
  });

  test.each([
    [
      "another role",
      ({ graphs: [graph] }: Draft) => Object.assign(graph?.inputs[0]?.role ?? {}, { kind: "wish" }),
      /graphs\.0\.inputs\.0\.role/,
    ],
    [
      "a source without what it needs",
      ({ graphs: [graph] }: Draft) => Object.assign(graph?.inputs[0] ?? {}, { source: { kind: "update" } }),
      /graphs\.0\.inputs\.0\.source/,
    ],
    ["something that nobody declared", (draft: Draft) => Object.assign(draft, { more: 1 }), /additional properties/],
    ["no graphs", (draft: Draft) => Object.assign(draft, { graphs: undefined }), /graphs/],
    [
      "a hash that is none",
      (draft: Draft) => Object.assign(draft.files["initial.safetensors"] ?? {}, { sha256: "0" }),
      /sha256/,
    ],
    [
      "a graph whose file is not listed",
      ({ graphs: [graph] }: Draft) => Object.assign(graph ?? {}, { tfjs: "elsewhere/model.json" }),
      /elsewhere/,
    ],
  ])("with %s is refused, and the place is named", async (_, tamper, place) => {
    const path = join(folder, "manifest.json");
    const text = readFileSync(path, "utf8");
    const draft = JSON.parse(text) as Draft;
    tamper(draft);
    writeFileSync(path, JSON.stringify(draft));
    await expect(readCompiled(folder)).rejects.toThrow(place);
    writeFileSync(path, text);
  });

  test("does not vouch for a file that has changed", async () => {
    const path = join(folder, "hue/step/constants.bin");
    const bytes = readFileSync(path);
    writeFileSync(
      path,
      Uint8Array.from(bytes, (byte, index) => (index === 0 ? byte ^ 1 : byte)),
    );
    await expect(readCompiled(folder)).rejects.toThrow(/hue\/step\/constants\.bin is damaged/);
    writeFileSync(path, bytes);
  });
});

type Draft = { graphs: { inputs: { role: object }[] }[]; files: Record<string, object> };

describe("the initial tensors", () => {
  test("are those that training begins with: weights by seed and name, slots at zero", async () => {
    await compile();
    const tensors = readTensors(join(folder, "initial.safetensors"));
    const plan = compileFile(source).program.plan("fit");
    const weights = new Map(
      plan.weights.map(({ name, shape, initializer }) => [name, initialWeight({ seed: 1, name, shape, initializer })]),
    );
    for (const [name, values] of weights) expect(tensors.get(name)).toEqual(values);
    const slots = [...tensors].filter(([name]) => !weights.has(name));
    expect(slots.map(([name]) => name).toSorted()).toEqual(
      [...weights.keys()].flatMap((name) => [`first_moment/${name}`, `second_moment/${name}`]).toSorted(),
    );
    expect(slots.every(([, values]) => values.every((value) => value === 0))).toBe(true);
  });

  test("of a later stage have the seed of the stage that makes them, and of a fresh one its own", async () => {
    const stages =
      "seed: 5\n}\nstage more { optimizer: sgd(rate: 0.1)  batch: 8  epochs: 1  seed: 6 }\nstage anew { init: fresh  optimizer: sgd(rate: 0.1)  batch: 8  epochs: 1  seed: 7";
    const several = writeSmallModel(join(root, "several"), stages);
    const kernel = async (stage: string) => {
      await compileToFolder(folder, { source: several, stage, graphs: ["predict"] });
      return readTensors(join(folder, "initial.safetensors")).get("seen.linear.kernel");
    };
    const drawn = (seed: number) =>
      initialWeight({
        seed,
        name: "seen.linear.kernel",
        shape: [3, 16],
        initializer: weightOf(several, "seen.linear.kernel").initializer,
      });
    expect(await kernel("fit")).toEqual(drawn(5));
    expect(await kernel("more")).toEqual(drawn(5));
    expect(await kernel("anew")).toEqual(drawn(7));
  });
});

function weightOf(path: string, name: string) {
  const found = compileFile(path)
    .program.plan("fit")
    .weights.find((weight) => weight.name === name);
  if (!found) throw new Error(`no weight ${name}`);
  return found;
}

describe("what is compiled", () => {
  test("can be chosen: task, graph, rows and format", async () => {
    const { graphs, files } = await compile({ tasks: ["hue"], graphs: ["step"], batch: 3, formats: ["onnx"] });
    expect(graphs).toHaveLength(1);
    expect(graphs[0]?.inputs.find(({ name }) => name === "row_weight")?.shape).toEqual([3]);
    expect(Object.keys(files)).toEqual(["hue/step.onnx", "initial.safetensors"]);
  });

  test("of a joint stage with shared rows is one step; its gradients and one update of all tasks if it accumulates", async () => {
    const joint = writeSmallModel(join(root, "joint"), "step: joint");
    const whole = await compileToFolder(folder, { source: joint });
    expect(whole.training.step).toEqual({ kind: "joint" });
    expect(whole.graphs.filter(({ kind }) => kind === "gradients" || kind === "apply")).toEqual([]);
    const [together] = whole.graphs.filter(({ kind, tasks }) => kind === "step" && tasks.length > 1);
    expect([together?.tasks, together?.onnx]).toEqual([["hue", "traits", "strength"], "step.onnx"]);
    const accumulated = writeSmallModel(join(root, "joint"), "step: joint  accumulate: 2");
    const { graphs } = await compileToFolder(folder, { source: accumulated });
    const gradients = graphs.filter(({ kind }) => kind === "gradients");
    expect(gradients.map(({ tasks }) => tasks.join())).toEqual(["hue", "traits", "strength", "hue,traits,strength"]);
    const apply = graphs.filter(({ kind }) => kind === "apply");
    expect(apply.map(({ tasks, onnx }) => [tasks, onnx])).toEqual([[["hue", "traits", "strength"], "apply.onnx"]]);
    const taken = (name: string) => apply[0]?.inputs.flatMap((each) => (each.source.kind === name ? [each.name] : []));
    expect(gradients.at(-1)?.outputs.map(({ name }) => name)).toEqual(expect.arrayContaining(taken("gradients") ?? []));
  });

  test("has no joint graph whose factors follow from the losses or gradients of the update", async () => {
    for (const balance of ["famo", "pcgrad"]) {
      const joint = writeSmallModel(join(root, balance), `step: joint  balance: ${balance}`);
      const { graphs } = await compileToFolder(folder, { source: joint, graphs: ["step", "gradients"] });
      expect(graphs.filter(({ tasks }) => tasks.length > 1)).toEqual([]);
    }
  });

  test.each([
    [{ stage: "fitt" }, /no stage "fitt"/],
    [{ tasks: ["hues"] }, /no task "hues"/],
    [{ weights: "nowhere.safetensors" }, /nowhere/],
  ])("must be there: %j", async (options, message) => {
    await expect(compile(options)).rejects.toThrow(message);
  });
});

describe("the folder", () => {
  test("that mtl wrote is replaced whole, and nothing is left beside it", async () => {
    await compile();
    await compile({ tasks: ["hue"] });
    expect(Object.keys(readManifest(folder).tasks)).toEqual(["hue"]);
    expect(existsSync(join(folder, "traits"))).toBe(false);
    expect(readdirSync(root).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("is as it was where compiling fails", async () => {
    await compile();
    const before = readFileSync(join(folder, "manifest.json"), "utf8");
    await expect(compile({ weights: join(folder, "hue/step.onnx") })).rejects.toThrow();
    expect(readFileSync(join(folder, "manifest.json"), "utf8")).toBe(before);
  });

  test("is as it was where writing fails in the middle", async () => {
    const place = join(root, "half");
    const ownFiles = async () => new Set(["a"]);
    const write = (text: string) =>
      replaceFolder({
        path: place,
        replace: "own",
        ownFiles,
        fill: async (partial) => writeFileSync(join(partial, "a"), text),
      });
    await write("first");
    const fill = async (partial: string) => {
      writeFileSync(join(partial, "a"), "half");
      throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
    };
    await expect(replaceFolder({ path: place, replace: "own", ownFiles, fill })).rejects.toThrow(
      /Cannot write .*half: no space left/,
    );
    expect(readFileSync(join(place, "a"), "utf8")).toBe("first");
    expect(readdirSync(root).filter((name) => name.startsWith("."))).toEqual([]);
    await write("second");
    expect(readFileSync(join(place, "a"), "utf8")).toBe("second");
  });

  test("with someone's file in it is left alone, unless it is told to go", async () => {
    await compile();
    writeFileSync(join(folder, "notes.txt"), "mine");
    await expect(compile()).rejects.toThrow(/contains notes\.txt/);
    await compile({ replace: "anything" });
    expect(existsSync(join(folder, "notes.txt"))).toBe(false);
  });

  test("of someone else is left alone, though it has a manifest.json", async () => {
    const other = join(root, "other");
    mkdirSync(other);
    writeFileSync(join(other, "manifest.json"), "{}");
    await expect(compileToFolder(other, { source })).rejects.toThrow(/contains manifest\.json/);
  });

  test("never is the one of the specification", async () => {
    await expect(compileToFolder(root, { source, replace: "anything" })).rejects.toThrow(/specification/);
    expect(existsSync(source)).toBe(true);
  });
});
