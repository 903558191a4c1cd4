import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { sizeOf } from "../../compiler/graph/graph.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { evaluate, forwardOf, inspect, sound } from "../elaborate/harness.ts";

const text = readFileSync(join(packageRoot(), "examples", "unit.mtl"), "utf8");
const shared = sound(text);
const namesOf = (task: string): readonly string[] => forwardOf(shared, { task }).weights.map(({ name }) => name);

test("tasks share the decoder, and have no weights of modalities and heads that they do not use", () => {
  const [detect, count, genre] = [namesOf("detect"), namesOf("count"), namesOf("genre")];
  for (const names of [detect, count, genre]) {
    expect(names.filter((name) => name.startsWith("decoder.")).length).toBeGreaterThan(20);
    expect(names.filter((name) => name.startsWith("decoder."))).toEqual(
      detect.filter((name) => name.startsWith("decoder.")),
    );
  }
  expect(detect.filter((name) => name.startsWith("told."))).toEqual([]);
  expect(genre.filter((name) => name.startsWith("seen."))).toEqual([]);
  expect(detect.filter((name) => /^task\.(count|genre)/u.test(name))).toEqual([]);
  expect(count.some((name) => name.startsWith("told.")) && count.some((name) => name.startsWith("seen."))).toBe(true);
});

test("separate decoders are two more of 133,632 parameters each", () => {
  const separate = sound(text, { set: { decoders: "separate" } });
  const parameters = (program: typeof shared): number => {
    const weights = Object.keys(program.specification.tasks).flatMap((task) => forwardOf(program, { task }).weights);
    const sizes = new Map(weights.map(({ name, shape }) => [name, sizeOf(shape)]));
    return [...sizes.values()].reduce((sum, size) => sum + size, 0);
  };
  expect(parameters(separate) - parameters(shared)).toBe(2 * 133_632);
});

test("layers have the numbers of parameters of UniT's", () => {
  const { weights } = inspect(
    `model sizes
     modality cells: tensor([4, 256])
     modality memory: tensor([4, 768])
     stream encoded = detr_encoder_layer(cells, learned(4, 256), heads: 8, ffn: mlp(hidden: 2048, activation: relu))
     stream decoded = detr_decoder_layer(memory, memory, learned(4, 768), learned(4, 768), heads: 8, ffn: mlp(hidden: 2048, activation: relu))`,
    { unused: "allowed" },
  );
  const of = (start: string): number =>
    weights
      .filter(({ name }) => name.startsWith(start) && !name.includes("learned"))
      .reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  expect(of("encoded")).toBe(1_315_072);
  expect(of("decoded")).toBe(7_877_888);
});

test("the code of a grid of 2 × 2 is DETR's, rows before columns", () => {
  const { run } = inspect("model code\nmodality x: tensor([4, 8])\nstream code = x * 0 + sine_2d(2, 2, 8)", {
    batch: 1,
    unused: "allowed",
  });
  const [first, second] = [
    [0.000002, -1, 0.031411, 0.999507],
    [-0.000003, 1, 0.06279, 0.998027],
  ];
  const expected = [first, second].flatMap((row) =>
    [first, second].flatMap((column) => [...(row ?? []), ...(column ?? [])]),
  );
  for (const [index, value] of (run()["code"] ?? []).entries()) expect(value).toBeCloseTo(expected[index] ?? NaN, 5);
});

describe("the memory", () => {
  test("has the cells of the picture and the words of the text, and no task token", () => {
    const { shapes } = inspect(text, { task: "count", unused: "allowed" });
    expect(shapes["seen.0"]).toBe("tokens[36 × 64]");
    expect(shapes["told.0"]).toBe("tokens[31 × 64]");
    expect(shapes["memory"]).toBe("tokens[67 × 64]");
    expect(shapes["code"]).toBe("tokens[67 × 64]");
  });

  test("without a word is that of the picture alone", () => {
    const small = text.replace("image(48, 48, 3)", "image(16, 16, 3)");
    const withWords = small.replace("uses: [photo]", "uses: [photo, words]");
    const [alone, both] = [small, withWords].map((each) =>
      forwardOf(sound(each, { set: { width: "16" } }), { task: "detect", batch: 1, mode: "predict" }),
    );
    if (!alone || !both) throw new Error("two graphs");
    const none = { "feature/words.mask": new Uint8Array(31) };
    const [left, right] = [evaluate(alone.graph), evaluate(both.graph, none)].map(
      (outputs) => outputs.get("prediction/boxes") ?? [],
    );
    expect(left?.length).toBe(32);
    for (const [index, value] of (right ?? []).entries()) expect(value).toBeCloseTo(left?.[index] ?? NaN, 6);
  });
});

describe("the full size", () => {
  let full: ReturnType<typeof sound>;
  beforeAll(() => {
    full = sound(readFileSync(join(packageRoot(), "examples", "full", "unit.mtl"), "utf8"));
  });

  test("has ResNet-50, and a decoder of 47,268,864 parameters, which all eight data sets share", () => {
    expect(Object.keys(full.specification.tasks).length).toBe(8);
    const { weights } = forwardOf(full, { task: "coco", mode: "predict", batch: 1 });
    const of = (start: string): number =>
      weights.filter(({ name }) => name.startsWith(start)).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    const buffers = 2 * 26_560;
    expect(of("seen.backbone.")).toBe(25_557_032 - 2_049_000 + buffers);
    expect(of("decoder.")).toBe(6 * 7_877_888 + 2 * 768);
    expect(of("seen.detr_encoder.")).toBe(6 * 1_315_072);
    expect(of("queries.")).toBe(100 * 768);
  });

  test("has the parameters of the authors' model, but for what is named here", () => {
    const weights = full.plan("joint").weights.filter(({ name }) => !/\.(?:mean|variance)$/u.test(name));
    const ours = weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    expect(ours).toBe(199_968_811);
    const affine = (inputs: number, outputs: number): number => (inputs + 1) * outputs;
    const theirs =
      ours +
      // BERT has 512 positions, of which texts of 128 tokens use 129; the decoder's codes of texts are rows of them there.
      (512 - 129) * 768 -
      128 * 768 +
      // Tables of 256 task tokens, of which six tasks with texts and four with pictures use a row each.
      (256 - 6) * 768 +
      (256 - 4) * 256 -
      // The class token is a row of the vocabulary there, and a weight of its own here.
      768 +
      // The head for attributes of objects, which this model lacks: an embedded class beside the query, and two layers.
      (1602 * 256 + affine(768 + 256, 512) + affine(512, 401));
    expect(theirs / 1e6).toBeCloseTo(201.56, 2);
  });
});
