import { at } from "../at.ts";
import { called, method } from "./expression.ts";
import type { TorchLowering } from "./lowering.ts";

export const indexing: { readonly [Op in "gather" | "scatter_add" | "one_hot"]: TorchLowering<Op> } = {
  gather: ({ node, inputs, helper }) => {
    const [table, ids] = [at(inputs, 0), at(inputs, 1)];
    const { axis } = node.attributes;
    if (axis === 0 && at(node.inputs, 0).shape.length === 2 && at(node.inputs, 0).dtype === "float32")
      return called("F.embedding", ids.text, table.text);
    return called(helper("gather"), table.text, ids.text, `dim=${axis}`);
  },
  scatter_add: ({ inputs, outputSizes, size }) => {
    const [ids, updates] = [at(inputs, 0), at(inputs, 1)];
    const shape = at(outputSizes, 0).map((each) => size(each, "rows"));
    const zeros = method(updates, "new_zeros", shape.join(", "));
    return method(zeros, "index_add", "0", ids.text, updates.text);
  },
  // `F.one_hot` refuses ids that are outside of the classes, which are zeros here.
  one_hot: ({ inputs, outputSizes, size, helper }) => {
    const depth = at(outputSizes, 0).at(-1) ?? { perExample: 0, fixed: 0 };
    return called(helper("one_hot"), at(inputs, 0).text, size(depth, "depth"));
  },
};
