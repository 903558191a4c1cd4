import { describe, expect, test } from "vitest";
import type { Graph } from "../../compiler/graph/graph.ts";
import { fillRandomInputs } from "../../runtime/train/step/bound-executable.ts";
import { compileProgram } from "../../compiler/program.ts";
import { createMemoryHost } from "../../compiler/host.ts";
import type { Semantics } from "../../compiler/semantics.ts";
import { inspect } from "../elaborate/harness.ts";
import { interpret } from "../graph/reference.ts";

const rows = 64;
const keys = Array.from({ length: rows }, (_, row) => `row ${row}`);

/** The output of a block for rows of ones of this width over several epochs, with the random bytes of a training. */
function valuesOf(
  block: string,
  { width, epochs }: { readonly width: number; readonly epochs: number },
): readonly number[] {
  const { graph } = inspect(`model m\nmodality x: tensor([${width}])\nstream s = x -> ${block}`, {
    mode: "train",
    batch: rows,
  });
  return Array.from({ length: epochs }, (_, epoch) => run(graph, epoch)).flat();
}

function run(graph: Graph, epoch: number): readonly number[] {
  const bytes = new Map<string, Uint8Array>();
  fillRandomInputs(graph.inputs, { seed: 1, stage: "fit", epoch, keys }, bytes);
  const values = new Map(
    graph.inputs.map(({ role, name, value }) => [
      name,
      role.kind === "random"
        ? (bytes.get(name) ?? [])
        : new Float64Array(value.shape.reduce((size, each) => size * each, 1)).fill(1),
    ]),
  );
  return [...(interpret(graph, values).values().next().value ?? [])];
}

/** Five deviations of a share of so many draws. */
const near = (share: number, rate: number, draws: number): void =>
  expect(Math.abs(share - rate)).toBeLessThan(5 * Math.sqrt((rate * (1 - rate)) / draws));

describe("dropout", () => {
  test.each([0.5, 0.1, 0.01, 0.001, 0.997])("at a rate of %d drops so much, and keeps the mean", (rate) => {
    const values = valuesOf(`dropout(${rate})`, { width: 2048, epochs: 1 });
    near(values.filter((value) => value === 0).length / values.length, rate, values.length);
    for (const value of new Set(values)) if (value !== 0) expect(value * (1 - rate)).toBeCloseTo(1, 10);
  });

  test("of whole rows, as stochastic depth is, has its rate too", () => {
    const values = valuesOf("stochastic_depth(1%)", { width: 1, epochs: 400 });
    near(values.filter((value) => value === 0).length / values.length, 0.01, values.length);
  });
});

test("some predictions are kept at a rate that no 256th is, one always", () => {
  const count = 5;
  const { graph } = inspect(`model m\nmodality x: tensor([${count}])\nstream s = x * keep_some(${count}, 10%)`, {
    mode: "train",
    batch: rows,
  });
  const values = Array.from({ length: 400 }, (_, epoch) => run(graph, epoch)).flat();
  // One of five stays whatever it drew.
  near(values.filter((value) => value === 0).length / values.length, 0.1 * (1 - 1 / count), values.length);
});

describe("bytes", () => {
  const randomInputs = (rate: string, semantics?: Semantics) => {
    const text = `model m\nmodality x: tensor([8])\ntask t { from: x -> dropout(${rate})  head: linear(1)  target: number("y") }\ndataset d { path: "d.jsonl"  tasks: [t] }\nstage fit { steps: 1  optimizer: sgd(rate: 0.1) }`;
    const { program } = compileProgram({
      entry: "m.mtl",
      host: createMemoryHost({ "m.mtl": text }),
      ...(semantics === undefined ? {} : { semantics }),
    });
    return program
      ?.plan("fit")
      .step("t")
      .inputs.flatMap(({ role }) => (role.kind === "random" ? [role.moved] : []));
  };

  test("are moved only where a rate needs it, and never in what was trained before", () => {
    expect(randomInputs("50%")).toEqual([undefined]);
    expect(randomInputs("30%")).toEqual([undefined]);
    expect(randomInputs("10%")).toEqual([{ from: 25, to: 26, share: expect.closeTo(0.4, 10) }]);
    expect(randomInputs("10%", 1)).toEqual([undefined]);
    expect(randomInputs("0.1%", 1)).toEqual([]);
  });
});
