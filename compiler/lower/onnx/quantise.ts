import {
  ATTRIBUTE_TYPE,
  type AttributeMessage,
  type ModelMessage,
  type NodeMessage,
  type TensorMessage,
} from "./messages.ts";
import { ELEMENT_TYPE, filled, tensor } from "./tensor.ts";

/** Smaller weights stay as they are, because their scales would take about as much as their bytes save. */
const LEAST_ELEMENTS = 1024;
/** Weights are unsigned, around this number: sums of products of signed ones saturate on processors with AVX2 alone. */
const ZERO_POINT = 128;
const LARGEST = 127;
const ZERO_POINT_NAME = "%zero point";

/**
 * Dynamic quantisation of a model with constant weights: those of products become bytes with a scale for each column, and the other operand is rounded to
 * bytes when the model runs, by the range that it then has (`DynamicQuantizeLinear`, `MatMulInteger`). Tables become bytes with a scale for each row.
 * Everything else is computed as before. All operators are those of the ONNX standard.
 */
export function quantised(model: ModelMessage): ModelMessage {
  const constants = new Map(model.graph.node.flatMap((node) => constantOf(node)));
  const quantisation: Quantisation = {
    constants,
    transposed: new Map(
      model.graph.node.flatMap(({ op_type, input: [from = ""], output: [to = ""] }) =>
        op_type === "Transpose" && constants.has(from) ? [[to, from]] : [],
      ),
    ),
    nodes: [],
    initializers: new Map([[ZERO_POINT_NAME, filled("uint8", [], ZERO_POINT)]]),
    rounded: new Set(),
  };
  for (const node of model.graph.node)
    if (!quantiseProduct(node, quantisation) && !quantiseTable(node, quantisation)) quantisation.nodes.push(node);
  const initializers = [...quantisation.initializers].map(([name, each]) => ({ ...each, name }));
  return withoutUnread(model, quantisation.nodes, [...model.graph.initializer, ...initializers]);
}

interface Quantisation {
  /** The large constants of two axes, by name. */
  readonly constants: ReadonlyMap<string, TensorMessage>;
  /** The constant that a value is the transpose of. */
  readonly transposed: ReadonlyMap<string, string>;
  readonly nodes: NodeMessage[];
  readonly initializers: Map<string, TensorMessage>;
  /** The values of which there are bytes. */
  readonly rounded: Set<string>;
}

function constantOf({
  op_type,
  output: [name = ""],
  attribute,
}: NodeMessage): readonly (readonly [string, TensorMessage])[] {
  const value = op_type === "Constant" ? attribute.find((each) => each.name === "value")?.t : undefined;
  const [rows = 0, columns = 0, ...others] = value?.dims ?? [];
  const isLarge = others.length === 0 && rows * columns >= LEAST_ELEMENTS;
  return value && isLarge && value.data_type === ELEMENT_TYPE.float32 ? [[name, value]] : [];
}

/** x · w with a constant w: the sum of the products of bytes, times the scales of x and of each column of w. */
function quantiseProduct(node: NodeMessage, quantisation: Quantisation): boolean {
  const { constants, transposed, nodes } = quantisation;
  const [x = "", w = ""] = node.input;
  const [y = ""] = node.output;
  const original = transposed.get(w);
  const constant = constants.get(original ?? w);
  if (node.op_type !== "MatMul" || !constant) return false;
  const emit = emitterOf(node, nodes);
  if (!quantisation.rounded.has(x)) {
    emit("DynamicQuantizeLinear", [x], [`${x} rounded`, `${x} rounded scale`, `${x} rounded zero point`]);
    quantisation.rounded.add(x);
  }
  const { bytes, scales } = bytesOf(original ?? w, original === undefined ? "columns" : "rows", constant, quantisation);
  if (original !== undefined) emit("Transpose", [bytes], [`${y} weights`], [ints("perm", [1, 0])]);
  emit(
    "MatMulInteger",
    [`${x} rounded`, original === undefined ? bytes : `${y} weights`, `${x} rounded zero point`, ZERO_POINT_NAME],
    [`${y} sums`],
  );
  emit("Cast", [`${y} sums`], [`${y} numbers`], [toFloat]);
  emit("Mul", [`${x} rounded scale`, scales], [`${y} scales`]);
  emit("Mul", [`${y} numbers`, `${y} scales`], [y]);
  return true;
}

/** Rows of a constant table: their bytes, times the scale of each row. */
function quantiseTable(node: NodeMessage, quantisation: Quantisation): boolean {
  const [table = "", indices = ""] = node.input;
  const [y = ""] = node.output;
  const constant = quantisation.constants.get(table);
  const axis = node.attribute.find(({ name }) => name === "axis")?.i ?? 0;
  if (node.op_type !== "Gather" || !constant || axis !== 0) return false;
  const emit = emitterOf(node, quantisation.nodes);
  const { bytes, scales } = bytesOf(table, "rows", constant, quantisation);
  const column = `${scales} column`;
  const list = quantisation.initializers.get(scales);
  if (list) quantisation.initializers.set(column, { ...list, dims: [...list.dims, 1] });
  const zero = "%zero point of tables";
  quantisation.initializers.set(zero, filled("float32", [], ZERO_POINT));
  emit("Gather", [bytes, indices], [`${y} bytes`], [int("axis", 0)]);
  emit("Cast", [`${y} bytes`], [`${y} numbers`], [toFloat]);
  emit("Sub", [`${y} numbers`, zero], [`${y} centred`]);
  emit("Gather", [column, indices], [`${y} scales`], [int("axis", 0)]);
  emit("Mul", [`${y} centred`, `${y} scales`], [y]);
  return true;
}

type Emit = (
  operator: string,
  input: readonly string[],
  output: readonly string[],
  attribute?: readonly AttributeMessage[],
) => void;

function emitterOf({ name }: NodeMessage, nodes: NodeMessage[]): Emit {
  return (operator, input, output, attribute = []) =>
    nodes.push({ name: `${name}, ${output[0]}`, op_type: operator, domain: "", input, output, attribute });
}

const int = (name: string, i: number): AttributeMessage => ({ name, type: ATTRIBUTE_TYPE.int, i });
const ints = (name: string, values: readonly number[]): AttributeMessage => ({
  name,
  type: ATTRIBUTE_TYPE.ints,
  ints: values,
});
const toFloat = int("to", ELEMENT_TYPE.float32);

/** The bytes of a matrix, and their scale for each of its rows or columns. */
function bytesOf(
  name: string,
  each: "rows" | "columns",
  { dims: [rows = 0, columns = 0], raw_data: raw }: TensorMessage,
  { initializers }: Quantisation,
): { readonly bytes: string; readonly scales: string } {
  const names = { bytes: `${name} bytes of ${each}`, scales: `${name} scales of ${each}` };
  if (initializers.has(names.bytes)) return names;
  const values = new Float32Array(raw.slice().buffer);
  const groupOf = (index: number): number => (each === "rows" ? Math.floor(index / columns) : index % columns);
  const scales = new Float32Array(each === "rows" ? rows : columns);
  for (const [index, value] of values.entries()) {
    const group = groupOf(index);
    scales[group] = Math.max(scales[group] ?? 0, Math.abs(value) / LARGEST);
  }
  const bytes = new Uint8Array(values.length);
  for (const [index, value] of values.entries()) {
    const scale = scales[groupOf(index)] ?? 0;
    bytes[index] = ZERO_POINT + (scale === 0 ? 0 : Math.round(value / scale));
  }
  initializers.set(names.bytes, tensor("uint8", [rows, columns], bytes));
  initializers.set(names.scales, tensor("float32", [scales.length], scales));
  return names;
}

function withoutUnread(
  model: ModelMessage,
  nodes: readonly NodeMessage[],
  initializers: readonly TensorMessage[],
): ModelMessage {
  const read = new Set(model.graph.output.map(({ name }) => name));
  const kept = nodes
    .toReversed()
    .filter(({ output, input }) => {
      const isRead = output.some((name) => read.has(name));
      if (isRead) for (const name of input) read.add(name);
      return isRead;
    })
    .toReversed();
  return {
    ...model,
    graph: { ...model.graph, node: kept, initializer: initializers.filter(({ name = "" }) => read.has(name)) },
  };
}
