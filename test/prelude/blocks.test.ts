import { describe, expect, test } from "vitest";
import type { BlockDeclaration } from "../../grammar/ast.ts";
import { parse } from "../../grammar/parse.ts";
import { natives } from "../../compiler/elaborate/natives/index.ts";
import { prelude } from "../../compiler/prelude/prelude.ts";
import { inspect } from "../elaborate/harness.ts";
import { specificationOf, uses } from "./uses.ts";

const declarations = [...prelude].flatMap(([path, text]) =>
  parse(text, path).tree.declarations.filter(
    (declaration): declaration is BlockDeclaration => declaration.kind === "Block",
  ),
);

/** Blocks of a task that hides tokens, whose uses are in `test/perceiver/masked-target.test.ts`. */
const ofHiddenTokens: readonly string[] = ["masked_positions", "original"];

/** A block of a task that reconstructs an input, whose uses are in `test/perceiver/reconstruction.test.ts`. */
const ofReconstructions: readonly string[] = ["reconstructed_positions"];

/** Blocks for losses, whose uses are in `test/elaborate/stage-losses.test.ts` and `test/sets/set-prediction.test.ts`, and `test/mtdnn`. */
const ofLosses: readonly string[] = [
  "weights",
  "batch_mean",
  "set_prediction",
  "progress",
  "distilled",
  "output_of",
  "rerun",
  "gradient",
  "smart",
];

/** Parts that `bottleneck`, `crossed`, `late`, `cross_stitch` and `ple` contain. */
const inner: readonly string[] = [
  "bottleneck_layer",
  "encoder_layer_alone",
  "cross_layer",
  "cross_layer_among",
  "network_layer",
  "cross_stitch_unit",
  "task_experts",
  "task_gate",
];

describe("every block of the prelude", () => {
  test("has a use here, or is a part of one that has", () => {
    expect(
      declarations
        .map(({ name }) => name.name)
        .filter(
          (name) =>
            !Object.hasOwn(uses, name) &&
            ![...inner, ...ofHiddenTokens, ...ofReconstructions, ...ofLosses].includes(name),
        ),
    ).toEqual([]);
  });

  test("is declared once, and says in a sentence what it is", () => {
    const names = declarations.map(({ name }) => name.name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    expect(declarations.filter(({ doc }) => !/\S.*\.$/u.test(doc?.trim() ?? "")).map(({ name }) => name.name)).toEqual(
      [],
    );
  });

  test("without a body is one of the compiler's natives, and each of these is declared", () => {
    expect(
      declarations
        .filter(({ body }) => body.length === 0)
        .map(({ name }) => name.name)
        .toSorted(),
    ).toEqual(Object.keys(natives).toSorted());
  });

  test.each(Object.entries(uses))("%s", (_, [expression, result]) => {
    for (const mode of ["train", "evaluate"] as const) {
      const { shapes, run } = inspect(specificationOf(expression), { mode, task: "t", unused: "allowed" });
      expect(shapes.s).toBe(result);
      if (expression !== "x -> log" && expression !== "x -> sqrt") expect(run().s?.every(Number.isFinite)).toBe(true);
    }
  });
});
