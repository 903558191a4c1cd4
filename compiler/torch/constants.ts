import type { OpAttributes } from "../graph/attributes.ts";
import { type DType, type Node, type Shape, sizeOf } from "../graph/graph.ts";
import { isOp } from "../graph/is-op.ts";
import { pythonNumber } from "../lower/torch/sources.ts";

/** A constant tensor. */
export interface Constant extends Omit<OpAttributes["constant"], "data"> {
  readonly data: readonly number[];
  /** Equal for equal constants. */
  readonly key: string;
}

const dtypes = { float32: "torch.float32", int32: "torch.int32", uint8: "torch.uint8", bool: "torch.bool" } as const;

export function constantOf(node: Node<"constant"> | Node<"fill">): Constant {
  const { dtype, shape } = node.attributes;
  const data = isOp(node, "fill")
    ? Array.from({ length: sizeOf(shape) }, () => node.attributes.value)
    : Array.from(node.attributes.data);
  return constantOfData(dtype, shape, data);
}

export function constantOfData(dtype: DType, shape: Shape, data: readonly number[]): Constant {
  return { dtype, shape, data, key: `${dtype} [${shape.join(" ")}] ${data.join(" ")}` };
}

/** The number of values up to which a constant is written as a list. */
const mostWritten = 16;

/** A constant as an expression of the module's `__init__`, and nowhere else, because it is on no device yet. */
export function constantExpression({ dtype, shape, data }: Constant): string {
  const type = `dtype=${dtypes[dtype]}`;
  const sizes = `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
  const [first = 0, second = first] = data;
  if (data.every((value) => value === first)) return `torch.full(${sizes}, ${pythonNumber(first)}, ${type})`;
  const step = second - first;
  const isRange = data.every((value, index) => value === first + index * step);
  if (isRange && dtype !== "bool" && Number.isInteger(first) && Number.isInteger(step) && step > 0) {
    const end = first + data.length * step;
    const numbers = `torch.arange(${first}, ${end}, ${step}, ${type})`;
    return shape.length === 1 ? numbers : `${numbers}.reshape${sizes}`;
  }
  if (data.length > mostWritten) {
    const bytes =
      dtype === "float32" ? Float32Array.from(data) : dtype === "int32" ? Int32Array.from(data) : Uint8Array.from(data);
    return `stored("${base64(new Uint8Array(bytes.buffer))}", ${sizes}, ${dtypes[dtype]})`;
  }
  const numbers = `torch.tensor([${data.map(pythonNumber).join(", ")}], ${type})`;
  return shape.length === 1 ? numbers : `${numbers}.reshape${sizes}`;
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCodePoint(byte)).join(""));
}
