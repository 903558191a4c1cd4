import type { OpName } from "../../graph/attributes.ts";
import type { Graph, GraphOutput, TensorType, Value } from "../../graph/graph.ts";
import { type GraphSizes, type Size, fixedSizes } from "./any-batch.ts";
import { type Call, OnnxEmitter, call } from "./emitter.ts";
import type { LoweringContext, Operators } from "./lowering.ts";
import { lowerings } from "./lowerings.ts";
import { type DimensionMessage, type ModelMessage, type ValueInfoMessage, encodeModel } from "./messages.ts";
import { ELEMENT_TYPE } from "./tensor.ts";

/** Version of the ONNX operator set; 20 adds `Gelu`, and belongs to version 9 of the file format. */
export const OPSET = 20;
const OPSETS = {
  standard: [{ domain: "", version: OPSET }],
  runtime: [
    { domain: "", version: OPSET },
    { domain: "com.microsoft", version: 1 },
  ],
};
const IR_VERSION = 9;

export interface OnnxOptions {
  /** The default is `runtime`. */
  readonly operators?: Operators;
  /** The sizes of the graph if it is for any number of rows. By default they are those that it was made for. */
  readonly sizes?: GraphSizes;
}

/**
 * Serializes the graph as an ONNX model. Inputs have the graph's names, outputs those of `onnxOutputNames`.
 * The graph must be well formed; its nodes are in execution order.
 */
export function lowerToOnnx(graph: Graph, options: OnnxOptions = {}): Uint8Array {
  return encodeModel(onnxModel(graph, options));
}

/** The ONNX model of a graph as a message. */
export function onnxModel(graph: Graph, { operators = "runtime", sizes = fixedSizes }: OnnxOptions): ModelMessage {
  const batched = graph.inputs.find(({ value }) => isRows(sizes.shape(value)[0]));
  const emitter = new OnnxEmitter(batched?.name);
  const names = new Map<Value, string>(graph.inputs.map((input) => [input.value, input.name]));
  const outputNames = onnxOutputNames(graph);
  const aliases: { readonly value: Value; readonly name: string }[] = [];
  const nameByOutput = new Map<Value, string>();
  for (const output of graph.outputs) {
    const name = outputNames.get(output.name) ?? output.name;
    // A value has one name. A value that is an input, or is output twice, is copied to its other names.
    if (names.has(output.value) || nameByOutput.has(output.value)) aliases.push({ value: output.value, name });
    else nameByOutput.set(output.value, name);
  }

  const nameOf = (value: Value): string => {
    const name = names.get(value);
    if (name === undefined) throw new Error(`value ${value.id} of graph ${graph.name} is used before it is defined`);
    return name;
  };
  for (const node of graph.nodes) {
    emitter.label(node.origin ? `${node.op} ${node.origin.path}` : node.op);
    const lowered = lower({ node, inputs: node.inputs.map(nameOf), emitter, sizes, operators });
    for (const output of node.outputs) names.set(output, nameByOutput.get(output) ?? `%${output.id}`);
    emitter.define(node.outputs.map(nameOf), lowered);
  }
  emitter.label("output");
  for (const { value, name } of aliases) emitter.define([name], call("Identity", [nameOf(value)]));

  const info = (name: string, value: Value): ValueInfoMessage => valueInfo(name, value, sizes.shape(value));
  return {
    ir_version: IR_VERSION,
    producer_name: "mtl",
    opset_import: OPSETS[operators],
    graph: {
      name: graph.name,
      ...emitter.finish(),
      input: graph.inputs.map((input) => info(input.name, input.value)),
      output: graph.outputs.map((output) => info(outputNames.get(output.name) ?? output.name, output.value)),
    },
  };
}

/**
 * Names in the ONNX model of the graph's outputs. A training step takes and returns `w` under one name, which ONNX
 * does not allow: the output is then called `w:next`.
 */
export function onnxOutputNames(graph: Graph): ReadonlyMap<GraphOutput["name"], string> {
  const inputNames = new Set(graph.inputs.map((input) => input.name));
  return new Map(graph.outputs.map(({ name }) => [name, inputNames.has(name) ? `${name}:next` : name]));
}

function lower<Op extends OpName>(context: LoweringContext<Op>): Call {
  return lowerings[context.node.op](context);
}

function valueInfo(name: string, { dtype }: TensorType, shape: readonly Size[]): ValueInfoMessage {
  return { name, type: { tensor_type: { elem_type: ELEMENT_TYPE[dtype], shape: { dim: shape.map(dimension) } } } };
}

function dimension(size: Size): DimensionMessage {
  if (size.each === 0) return { dim_value: size.fixed };
  return isRows(size) ? { dim_param: "batch" } : {};
}

function isRows(size: Size | undefined): boolean {
  return size?.each === 1 && size.fixed === 0;
}
