import { describe, expect, test } from "vitest";
import type { Graph } from "../../compiler/graph/graph.ts";
import { interpret } from "../graph/reference.ts";
import { type Values, forwardOf, outputOf, programOf, valuesOf } from "./support.ts";
import { fused, width } from "./two-streams.ts";

const layers = 3;
const rate = 0.3;
const batch = 4;
const text = fused("bottleneck", `layers: ${layers}  stochastic_depth: 30%  update: sequential`);

function graphOf(mode: "train" | "predict"): Graph {
  return forwardOf(programOf(text), "of_right", { mode, batch }).graph;
}

/** Every row has the same features. */
function repeatedRows(graph: Graph): Values {
  const values = valuesOf(graph);
  for (const { name, role } of graph.inputs) {
    if (role.kind !== "feature") continue;
    const all = Array.from(values.get(name) ?? []);
    const row = all.slice(0, all.length / batch);
    values.set(name, Array.from({ length: batch }, () => row).flat());
  }
  return values;
}

function rowsOf(graph: Graph, values: Values): readonly string[] {
  const logits = outputOf(
    interpret({ ...graph, outputs: graph.outputs.filter(({ name }) => name === "prediction/logits") }, values),
    "prediction/logits",
  );
  return Array.from({ length: batch }, (_, row) => String(logits.slice(row * width, (row + 1) * width)));
}

const training = graphOf("train");
const given = repeatedRows(training);
const whole = rowsOf(training, given);
const sites = training.inputs.filter(({ role }) => role.kind === "random").map(({ name }) => name);
const layerOf = (site: string): number => Number(/met\.(\d)\./.exec(site)?.[1]);

describe("stochastic depth grows linearly: rate · l ∕ (L − 1)", () => {
  test("two branches a layer and stream may be dropped, none in the first layer", () => {
    expect(sites.map(layerOf).toSorted((left, right) => left - right)).toEqual([1, 1, 1, 1, 2, 2, 2, 2]);
  });

  test.each(sites)("%s: so many of 256 bytes drop the branch", (site) => {
    const role = training.inputs.find(({ name }) => name === site)?.role;
    const moved = role?.kind === "random" ? role.moved : undefined;
    const wanted = (256 * rate * layerOf(site)) / (layers - 1);
    // If 256ths are too coarse, some bytes of the last dropping value are moved beyond it.
    const dropping = moved ? moved.from + 1 : Math.round(wanted);
    expect(Math.abs(dropping - (moved?.share ?? 0) - wanted) / wanted).toBeLessThan(moved ? 1e-9 : 0.01);
    const rows = rowsOf(training, new Map([...given, [site, [0, dropping - 1, dropping, 255]]]));
    expect(rows.map((row, index) => row === whole[index])).toEqual([false, false, true, true]);
    // Rows are independent: those that drop the branch are alike.
    expect(rows[0]).toBe(rows[1]);
  });

  test("what is kept is not rescaled, so that a row with every branch is as in evaluation", () => {
    const predict = graphOf("predict");
    expect(rowsOf(predict, repeatedRows(predict))).toEqual(whole);
  });
});
