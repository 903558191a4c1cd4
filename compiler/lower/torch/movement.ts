import { at } from "../at.ts";
import { type Expression, atom, called, method, operand, precedence } from "./expression.ts";
import type { LoweringContext, TorchLowering } from "./lowering.ts";
import { NotExported } from "./not-exported.ts";
import { reshaped } from "./reshape.ts";
import { type Size, sameSize } from "../../graph/size.ts";

type MovementOp = "reshape" | "transpose" | "broadcast_to" | "concat" | "slice" | "pad";

function transposed({ node, inputs }: LoweringContext<"transpose">): Expression {
  const { permutation } = node.attributes;
  const moved = [...permutation.keys()].filter((axis) => permutation[axis] !== axis);
  if (moved.length === 2) return method(at(inputs, 0), "transpose", moved.join(", "));
  return method(at(inputs, 0), "permute", permutation.join(", "));
}

/** Axes that are there keep their size, which is not written. */
function expanded({ inputs, inputSizes, outputSizes, size }: LoweringContext<"broadcast_to">): Expression {
  const [from, to] = [at(inputSizes, 0), at(outputSizes, 0)];
  const added = to.length - from.length;
  const sizes = to.map((each, axis) => {
    const own = from[axis - added];
    return own && sameSize(own, each) ? "-1" : size(each, "size");
  });
  return method(at(inputs, 0), "expand", sizes.join(", "));
}

function sliced({ node, other, inputs, inputSizes, outputSizes, number, size }: LoweringContext<"slice">): Expression {
  const { starts } = node.attributes;
  const lengths = at(outputSizes, 0);
  const parts = at(inputSizes, 0).map((whole, axis): string => {
    const start = starts[axis] ?? 0;
    if (start !== other.attributes.starts[axis])
      throw new NotExported("A slice of the model begins at a row that depends on the number of rows.");
    const length: Size = at(lengths, axis);
    const end = { ...length, fixed: length.fixed + start };
    if (start === 0 && sameSize(length, whole)) return ":";
    return `${start === 0 ? "" : number(start, "start")}:${sameSize(end, whole) ? "" : size(end, "end")}`;
  });
  while (parts.length > 1 && parts.at(-1) === ":") parts.pop();
  return atom(`${operand(at(inputs, 0), precedence.atom)}[${parts.join(", ")}]`);
}

function padded({ node, other, inputs, number }: LoweringContext<"pad">): Expression {
  const { before, after } = node.attributes;
  if (
    [...before, ...after].some(
      (count, index) => count !== [...other.attributes.before, ...other.attributes.after][index],
    )
  )
    throw new NotExported("A tensor of the model is padded to the number of rows.");
  const pairs = before.map((count, axis) => [count, after[axis] ?? 0]).toReversed();
  while (pairs.length > 1 && pairs.at(-1)?.every((count) => count === 0)) pairs.pop();
  const written = pairs.flat().map((count) => (count === 0 ? "0" : number(count, "padding")));
  return called("F.pad", at(inputs, 0).text, `(${written.join(", ")})`);
}

/** Ops that only move data, in terms of axes, so that neither the batch nor a length is written. */
export const movement: { readonly [Op in MovementOp]: TorchLowering<Op> } = {
  reshape: reshaped,
  transpose: transposed,
  broadcast_to: expanded,
  concat: ({ node, inputs }) =>
    called("torch.cat", `[${inputs.map(({ text }) => text).join(", ")}]`, `dim=${node.attributes.axis}`),
  slice: sliced,
  pad: padded,
};
