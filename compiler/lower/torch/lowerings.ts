import type { OpName } from "../../graph/attributes.ts";
import { elementwise } from "./elementwise.ts";
import { indexing } from "./indexing.ts";
import { linearAlgebra } from "./linear-algebra.ts";
import type { TorchLowering } from "./lowering.ts";
import { movement } from "./movement.ts";
import { reductions } from "./reductions.ts";
import { sources } from "./sources.ts";
import { unary } from "./unary.ts";

/** One lowering per op; an op without one does not compile. */
export const lowerings: { readonly [Op in OpName]: TorchLowering<Op> } = {
  ...sources,
  ...elementwise,
  ...unary,
  ...reductions,
  ...linearAlgebra,
  ...movement,
  ...indexing,
};
