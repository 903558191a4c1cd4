import { at } from "../at.ts";
import { call } from "./emitter.ts";
import type { OnnxLowering } from "./lowering.ts";

type BinaryOp = "add" | "subtract" | "multiply" | "divide" | "maximum" | "minimum";
type ComparisonOp = "equal" | "less" | "less_equal" | "greater" | "greater_equal";
type LogicalOp = "logical_and" | "logical_or" | "logical_not";

function plain<Op extends BinaryOp | LogicalOp | "select">(operator: string): OnnxLowering<Op> {
  return ({ inputs }) => call(operator, inputs);
}

/** The engine cannot compare bytes. */
function comparison<Op extends ComparisonOp>(operator: string): OnnxLowering<Op> {
  return ({ node, inputs, emitter }) =>
    call(operator, at(node.inputs, 0).dtype === "uint8" ? inputs.map((input) => emitter.cast(input, "int32")) : inputs);
}

/** Elementwise ops with NumPy broadcasting, which ONNX has too. */
export const elementwise: { readonly [Op in BinaryOp | ComparisonOp | LogicalOp | "select"]: OnnxLowering<Op> } = {
  add: plain("Add"),
  subtract: plain("Sub"),
  multiply: plain("Mul"),
  divide: plain("Div"),
  maximum: plain("Max"),
  minimum: plain("Min"),
  equal: comparison("Equal"),
  less: comparison("Less"),
  less_equal: comparison("LessOrEqual"),
  greater: comparison("Greater"),
  greater_equal: comparison("GreaterOrEqual"),
  logical_and: plain("And"),
  logical_or: plain("Or"),
  logical_not: plain("Not"),
  select: plain("Where"),
};
