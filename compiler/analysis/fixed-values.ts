import type { Graph, GraphInput, Value } from "../graph/graph.ts";
import type { OutputAxis } from "../graph/ops/axes.ts";
import { axesOf } from "../graph/ops/index.ts";

export interface FixedSettings {
  /** Rows of the graph, at least two: with one row, an axis of size 1 could be the batch or not. */
  readonly rows: number;
  readonly isTrained: (weight: string) => boolean;
  /** True for features that the reader draws anew each epoch. */
  readonly isDrawn: (feature: string) => boolean;
}

/**
 * A value that no step changes. A `constant` depends on no row; it is `repeated` along the axes that this set has. Of a
 * `row` value, the equal parts of axis 0 belong to the rows in order, and each depends on its row alone.
 */
export type FixedValue =
  { readonly kind: "constant"; readonly repeated: ReadonlySet<number> } | { readonly kind: "row" };

const row: FixedValue = { kind: "row" };

/** Every value of a forward graph that no step changes. */
export function fixedValues({ inputs, nodes }: Graph, settings: FixedSettings): ReadonlyMap<Value, FixedValue> {
  const fixed = new Map<Value, FixedValue>();
  for (const input of inputs) {
    const value = fixedInput(input, settings);
    if (value) fixed.set(input.value, value);
  }
  for (const node of nodes) {
    const known = node.inputs.flatMap((input) => fixed.get(input) ?? []);
    if (known.length < node.inputs.length) continue;
    for (const [index, axes] of axesOf(node).entries()) {
      const [output, value] = [node.outputs[index], fixedOutput(axes, known)];
      if (output && value && hasWholeRows(output, value, settings)) fixed.set(output, value);
    }
  }
  return fixed;
}

function fixedInput({ role }: GraphInput, { isTrained, isDrawn }: FixedSettings): FixedValue | undefined {
  if (role.kind === "weight") return isTrained(role.weight) ? undefined : { kind: "constant", repeated: new Set() };
  return role.kind === "feature" && !isDrawn(role.feature) ? row : undefined;
}

/** Tells if axis 0 can be divided into the rows. If not, a reshape has split rows. */
function hasWholeRows({ shape }: Value, { kind }: FixedValue, { rows }: FixedSettings): boolean {
  return kind === "constant" || (shape[0] ?? 1) % rows === 0;
}

function fixedOutput(axes: readonly OutputAxis[], inputs: readonly FixedValue[]): FixedValue | undefined {
  if (inputs.every(({ kind }) => kind === "constant"))
    return {
      kind: "constant",
      repeated: new Set(axes.flatMap((axis, index) => (isRepeated(axis, inputs) ? [index] : []))),
    };
  const [batch] = axes;
  const keepsRows = inputs.every(({ kind }, input) => {
    const source = batch?.sources.find((each) => each.input === input);
    if (kind === "row") return source?.axis === 0 && source.along !== "mixed";
    return source === undefined || isRepeated({ sources: [source], otherwise: "made" }, inputs);
  });
  return keepsRows ? row : undefined;
}

/** Tells if an output has the same values everywhere along an axis. */
function isRepeated({ sources, otherwise }: OutputAxis, inputs: readonly FixedValue[]): boolean {
  if (sources.length === 0) return otherwise === "repeated";
  return sources.every(({ input, axis, along }) => {
    const source = inputs[input];
    return along === "each" && source?.kind === "constant" && source.repeated.has(axis);
  });
}
