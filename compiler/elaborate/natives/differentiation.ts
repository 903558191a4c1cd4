import { differentiate } from "../../differentiate/differentiate.ts";
import { type Value as GraphValue, sameShape } from "../../graph/graph.ts";
import { blockPath, builderAt } from "../elaboration.ts";
import { describeStream, poison, streamValue } from "../value.ts";
import type { Native, NativeCall } from "./native.ts";
import { instancePath } from "./sources.ts";

/** The stream that a declared layer gave where it was applied last. */
const outputOf: Native = {
  naming: "transparent",
  apply: (call) => {
    const path = instancePath(call.layer("layer"))?.join(".");
    const output = path === undefined ? undefined : call.elaboration.outputsOf.get(path);
    if (output) return streamValue(output);
    const message =
      path === undefined
        ? "Only a declared `layer` has an output that can be named."
        : `The layer "${path}" has no output here: the task must have applied it before.`;
    const { calls } = call.frame;
    call.reportForCaller("requirement", { message, path: blockPath({ calls: calls.slice(0, -1) }) });
    return poison;
  },
};

/** A stream as it would be if another one, of which it was made, had other values. Random draws and weights are the same. */
const rerun: Native = {
  naming: "segment",
  apply: (call) => {
    const [y, at, other] = [call.stream("y"), call.stream("at"), call.stream("with")];
    if (!sameShape(at.value.shape, other.value.shape))
      return call.mismatch("The other values", describeStream(other), describeStream(at));
    const value = made(call, y.value, at.value, other.value);
    if (value) return streamValue({ ...y, value });
    call.reportForCaller("requirement", { message: "The stream does not depend on `at`.", path: "" });
    return poison;
  },
};

/** Copies the nodes between `at` and `y`; `undefined` if there are none. */
function made(call: NativeCall, y: GraphValue, at: GraphValue, other: GraphValue): GraphValue | undefined {
  const builder = builderAt(call.frame);
  const needed = new Set([y]);
  for (const node of builder.nodes.toReversed())
    if (node.outputs.some((output) => needed.has(output))) for (const input of node.inputs) needed.add(input);
  const values = new Map([[at, other]]);
  // Copies are appended to the same list.
  for (const node of builder.nodes.slice()) {
    if (!node.inputs.some((input) => values.has(input)) || !node.outputs.some((output) => needed.has(output))) continue;
    const inputs = node.inputs.map((input) => values.get(input) ?? input);
    const outputs = builder.emitAll(node.op, inputs, node.attributes);
    for (const [index, output] of node.outputs.entries()) {
      const copy = outputs[index];
      if (copy && output !== at) values.set(output, copy);
    }
  }
  return values.get(y);
}

/** The gradient of the sum of a stream's values with respect to another one, of which it was made. No gradient passes through it. */
const gradient: Native = {
  naming: "segment",
  apply: (call) => {
    const [of, at] = [call.stream("of"), call.stream("at")];
    const axes = [...of.value.shape.keys()];
    const sum = axes.length === 0 ? of.value : call.emit("reduce_sum", [of.value], { axes, keep_dimensions: false });
    const [found] = differentiate(builderAt(call.frame), sum, [at.value]);
    const value = found ?? call.emit("fill", [], { dtype: "float32", shape: at.value.shape, value: 0 });
    return streamValue({ ...at, value: call.emit("stop_gradient", [value], {}) });
  },
};

export const differentiationNatives: { readonly [name: string]: Native } = { output_of: outputOf, rerun, gradient };
