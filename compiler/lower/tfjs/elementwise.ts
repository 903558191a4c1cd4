import { at } from "../at.ts";
import { broadcast } from "./broadcast.ts";
import type { LoweringContext, TfjsLowering } from "./lowering.ts";

type PlainOp =
  | "add"
  | "subtract"
  | "multiply"
  | "maximum"
  | "minimum"
  | "equal"
  | "less"
  | "less_equal"
  | "greater"
  | "greater_equal"
  | "logical_and"
  | "logical_or"
  | "logical_not";

function plain<Op extends PlainOp>(operator: string): TfjsLowering<Op> {
  return ({ inputs, emitter }) => [emitter.node(operator, inputs)];
}

/** Elementwise ops with NumPy broadcasting, which tfjs has too. */
export const elementwise: { readonly [Op in PlainOp | "divide" | "select"]: TfjsLowering<Op> } = {
  add: plain("AddV2"),
  subtract: plain("Sub"),
  multiply: plain("Mul"),
  divide: (context) =>
    at(context.node.inputs, 0).dtype === "int32"
      ? truncatedDivision(context)
      : [context.emitter.node("RealDiv", context.inputs)],
  maximum: plain("Maximum"),
  minimum: plain("Minimum"),
  equal: plain("Equal"),
  less: plain("Less"),
  less_equal: plain("LessEqual"),
  greater: plain("Greater"),
  greater_equal: plain("GreaterEqual"),
  logical_and: plain("LogicalAnd"),
  logical_or: plain("LogicalOr"),
  logical_not: plain("LogicalNot"),
  // tfjs would broadcast the operands by its own `BroadcastTo`.
  select: ({ node, inputs, emitter, target }) => {
    const operands = node.inputs.map((value, index) =>
      broadcast(emitter, target, { ...value, name: at(inputs, index) }, at(node.outputs, 0).shape),
    );
    return [emitter.node("SelectV2", operands)];
  },
};

/**
 * tfjs divides integers towards minus infinity; ⌊|a| / |b|⌋ · sign(a) · sign(b) is the quotient rounded towards zero.
 */
function truncatedDivision({ inputs, emitter }: LoweringContext<"divide">): readonly string[] {
  const magnitude = emitter.node(
    "FloorDiv",
    inputs.map((input) => emitter.node("Abs", [input])),
  );
  const sign = emitter.node(
    "Mul",
    inputs.map((input) => emitter.node("Sign", [input])),
  );
  return [emitter.node("Mul", [magnitude, sign])];
}
