import { at } from "../at.ts";
import { called } from "./expression.ts";
import type { LoweringContext, TorchLowering } from "./lowering.ts";
import { NotExported } from "./not-exported.ts";
import { isFixed } from "../../graph/size.ts";

/** A number as Python writes it: the shortest one that is the same float32, or the same whole number. */
export function pythonNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  const single = Number(value.toPrecision(9));
  const shown = Math.abs(value) < 1e38 && Math.fround(single) === value ? single : value;
  const plain = String(shown).replace("e+", "e");
  const exponential = shown.toExponential().replace("e+", "e");
  return exponential.length < plain.length ? exponential : plain;
}

const dtypes = { float32: "torch.float32", int32: "torch.int32", uint8: "torch.uint8", bool: "torch.bool" } as const;

function fill({ node, other, outputSizes, number, size, constant, device }: LoweringContext<"fill">) {
  const { value, shape, dtype } = node.attributes;
  if (other.attributes.value !== value)
    throw new NotExported("A number of the model depends on the number of rows of a batch.");
  if (shape.length === 0 && dtype !== "bool") {
    const text = number(value, "value");
    return { ...called("", text), text, number: true as const };
  }
  const sizes = at(outputSizes, 0);
  if (sizes.every(isFixed)) return constant();
  const written = dtype === "bool" ? (value ? "True" : "False") : number(value, "value");
  const axes = sizes.map((each) => size(each, "size")).join(", ");
  return called(
    "torch.full",
    `(${axes}${sizes.length === 1 ? "," : ""})`,
    written,
    `dtype=${dtypes[dtype]}`,
    `device=${device()}.device`,
  );
}

/** Constants over the rows of a batch: their numbers in either order, and which pairs of them are of one row. */
function constantOfRows({ node, outputSizes, size, device }: LoweringContext<"constant">) {
  const { data, dtype, shape } = node.attributes;
  const [rows = { perExample: 0, fixed: 0 }] = at(outputSizes, 0);
  const count = shape[0] ?? 0;
  const given = `dtype=${dtypes[dtype]}, device=${device()}.device`;
  const is = (expected: (index: number) => number): boolean => data.every((value, index) => value === expected(index));
  if (shape.length === 1 && is((index) => count - 1 - index))
    return called("torch.arange", `${size(rows, "rows")} - 1`, "-1", "-1", given);
  if (shape.length === 1 && is((index) => index)) return called("torch.arange", size(rows, "rows"), given);
  if (shape.length === 2 && shape[1] === count && is((index) => (index % (count + 1) === 0 ? 1 : 0)))
    return called("torch.eye", size(rows, "rows"), given);
  throw new NotExported("A constant of the model depends on the number of rows of a batch in a way that has no text.");
}

export const sources: { readonly [Op in "constant" | "fill"]: TorchLowering<Op> } = {
  fill,
  constant: (context) => (at(context.outputSizes, 0).every(isFixed) ? context.constant() : constantOfRows(context)),
};
