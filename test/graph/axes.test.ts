import { describe, expect, it, test } from "vitest";
import type { Node } from "../../compiler/graph/graph.ts";
import { type AxisSource, alignShapes } from "../../compiler/graph/ops/axes.ts";
import { axesOf } from "../../compiler/graph/ops/index.ts";
import { type CaseGraph, caseGraphs } from "./cases.ts";
import { interpret } from "./reference.ts";
import { indexOf } from "./tensor.ts";

/**
 * The elements of outputs that change when the values at one index of an axis of an input are replaced by those at the
 * next index.
 */
interface Change {
  readonly input: number;
  readonly axis: number;
  readonly index: number;
  /** For each output, the indices of the elements that change. */
  readonly outputs: readonly (readonly (readonly number[])[])[];
}

function changesOf({ graph, inputs }: CaseGraph, node: Node): readonly Change[] {
  const before = [...interpret(graph, inputs).values()];
  return node.inputs.flatMap((value, input) => {
    const name = graph.inputs.find((each) => each.value === value)?.name ?? "";
    const data = inputs.get(name) ?? [];
    return value.shape.flatMap((size, axis) =>
      Array.from({ length: size }, (_, index): Change => {
        const stride = value.shape.slice(axis + 1).reduce((product, each) => product * each, 1);
        const changed = Array.from(data, (own, flat) => {
          const at = Math.floor(flat / stride) % size;
          return at === index ? (data[flat + (((index + 1) % size) - index) * stride] ?? own) : own;
        });
        const after = [...interpret(graph, new Map([...inputs, [name, changed]])).values()];
        const outputs = node.outputs.map(({ shape }, output) =>
          [...(before[output] ?? [])].flatMap((number, flat) =>
            Object.is(number, after[output]?.[flat]) ? [] : [indexOf(shape, flat)],
          ),
        );
        return { input, axis, index, outputs };
      }),
    );
  });
}

const greatestDivisor = (left: number, right: number): number =>
  right === 0 ? left : greatestDivisor(right, left % right);

/**
 * True if a change at one index of the source reaches only those indices of the output's axis that the relation allows.
 */
function staysInside(
  { along }: AxisSource,
  [index, size]: readonly [number, number],
  [at, length]: readonly [number, number],
) {
  if (along === "mixed") return true;
  if (along === "each") return at === index;
  const parts = greatestDivisor(size, length);
  return Math.floor((index * parts) / size) === Math.floor((at * parts) / length);
}

function expectRepeated({ graph, inputs }: CaseGraph, output: number, axis: number): void {
  const values = [...interpret(graph, inputs).values()][output] ?? [];
  const { shape } = graph.outputs[output]?.value ?? { shape: [] };
  const stride = shape.slice(axis + 1).reduce((product, each) => product * each, 1);
  for (const [flat, value] of values.entries())
    expect(value).toBe(values[flat - (Math.floor(flat / stride) % (shape[axis] ?? 1)) * stride]);
}

const nodes = caseGraphs.flatMap((each) => {
  const node = each.graph.nodes.at(-1);
  return node ? [{ ...each, node }] : [];
});

describe("the axes that an op declares are those along which its reference depends on its inputs", () => {
  it.each(nodes.map((each) => [each.name, each] as const))("%s", (_, each) => {
    const { node } = each;
    const declared = axesOf(node);
    expect(declared.map((axes) => axes.length)).toEqual(node.outputs.map(({ shape }) => shape.length));
    const changes = changesOf(each, node);
    for (const [output, axes] of declared.entries()) {
      for (const [place, { sources, otherwise }] of axes.entries()) {
        const length = node.outputs[output]?.shape[place] ?? 0;
        if (sources.length === 0 && otherwise === "repeated") expectRepeated(each, output, place);
        for (const source of sources) {
          const size = node.inputs[source.input]?.shape[source.axis] ?? -1;
          if (source.along !== "outermost") expect(size).toBe(length);
          for (const change of changes.filter(({ input, axis }) => input === source.input && axis === source.axis))
            for (const at of change.outputs[output] ?? [])
              expect(
                staysInside(source, [change.index, size], [at[place] ?? -1, length]),
                `${place} of ${output}`,
              ).toBe(true);
        }
      }
    }
  });

  it.each(nodes.map((each) => [each.name, each] as const))("%s: none is missing", (_, each) => {
    const { node } = each;
    const changes = changesOf(each, node);
    for (const [output, axes] of axesOf(node).entries()) {
      for (const [input, { shape, dtype }] of node.inputs.entries()) {
        // A flag is replaced by an equal one too often to show what depends on it.
        if (dtype === "bool") continue;
        for (const [axis, size] of shape.entries()) {
          const own = changes.filter((change) => change.input === input && change.axis === axis);
          const moving = own.filter((change) => (change.outputs[output] ?? []).length > 0);
          for (const [place, { sources }] of axes.entries()) {
            const length = node.outputs[output]?.shape[place];
            const isFollowed =
              size > 1 &&
              moving.length === size &&
              size === length &&
              moving.every((change) => (change.outputs[output] ?? []).every((at) => at[place] === change.index));
            if (isFollowed)
              expect(
                sources.some((source) => source.input === input && source.axis === axis),
                `input ${input} axis ${axis} to ${place}`,
              ).toBe(true);
          }
        }
      }
    }
  });
});

test("shapes are aligned by the smallest groups of equal size", () => {
  const groups = (from: readonly number[], to: readonly number[]) =>
    alignShapes(from, to).map((group) => [group.from, group.to]);
  expect(groups([2, 3, 4], [6, 4])).toEqual([
    [[0, 1], [0]],
    [[2], [1]],
  ]);
  expect(groups([6, 4], [2, 3, 4])).toEqual([
    [[0], [0, 1]],
    [[1], [2]],
  ]);
  expect(groups([2, 1, 3], [1, 2, 3])).toEqual([
    [[], [0]],
    [[0], [1]],
    [[1], []],
    [[2], [2]],
  ]);
  expect(groups([4, 3, 5], [2, 6, 5])).toEqual([
    [
      [0, 1],
      [0, 1],
    ],
    [[2], [2]],
  ]);
  expect(groups([], [1, 1])).toEqual([
    [[], [0]],
    [[], [1]],
  ]);
});
