import { expressions } from "../../graph/expressions.ts";
import { showShape } from "../../graph/graph.ts";
import { blockPath, builderAt } from "../elaboration.ts";
import { batched, streamOf } from "../stream-ops.ts";
import { poison, shapeOf, streamValue } from "../value.ts";
import { mostOrders, ordersOf } from "./orders.ts";
import type { Native, NativeCall } from "./native.ts";

/**
 * The best of all orders, by one product with a table of them: rows that are not there cost 0 everywhere, so that they
 * disturb none of the others.
 */
const assignment: Native = {
  naming: "segment",
  apply: (call) => {
    const [costs, there] = [batched(call.frame, call.stream("costs")), batched(call.frame, call.stream("there"))];
    const shape = shapeOf(costs);
    const [rows = 0, columns = 0] = shape;
    if (shape.length !== 2 || rows > columns || shapeOf(there)[0] !== rows)
      return call.mismatch("The costs and the rows of an assignment", showShape(shape), showShape(shapeOf(there)));
    const orders = ordersOf(rows, columns);
    if (orders === undefined) {
      call.report("requirement", {
        message: `${rows} rows can be assigned to ${columns} columns in more than ${mostOrders} ways.`,
        path: blockPath(call.frame),
      });
      return poison;
    }
    const { batch } = call.elaboration;
    const e = expressions(builderAt(call.frame));
    const present = e.reshape(there.value, [batch, rows, 1]);
    const table = call.emit("constant", [], {
      dtype: "float32",
      shape: [orders.count, rows * columns],
      data: orders.table,
    });
    const flat = e.reshape(e.multiply(call.emit("stop_gradient", [costs.value], {}), present), [batch, rows * columns]);
    const best = call.emit("argmax", [e.matmul(flat, table, { transpose_b: true, scale: -1 })], { axis: 1 });
    const chosen = e.reshape(call.emit("gather", [table, best], { axis: 0 }), [batch, rows, columns]);
    return streamValue(streamOf(e.multiply(chosen, present), "batched"));
  },
};

const batchMean: Native = {
  naming: "segment",
  apply: (call) => {
    if (!isLoss(call)) {
      const message = "`batch_mean` is for losses: anywhere else, rows must not depend on each other.";
      call.reportForCaller("requirement", { message, path: "" });
      return poison;
    }
    const e = expressions(builderAt(call.frame));
    const [x, weight] = [batched(call.frame, call.stream("x")), batched(call.frame, call.stream("weight"))];
    const total = e.reduceSum(weight.value, [0], "drop");
    const sum = e.reduceSum(e.multiply(x.value, weight.value), [0], "drop");
    const mean = e.divide(sum, e.select(e.greater(total, 0), total, 1));
    return streamValue({ kind: "scalar", value: mean, batch: "shared", positions: new Map() });
  },
};

/** True once the predictions are made, which a loss follows. */
function isLoss({ elaboration: { builder } }: NativeCall): boolean {
  return builder.outputs.some(({ role }) => role.kind === "prediction");
}

export const setNatives: { readonly [name: string]: Native } = { assignment, batch_mean: batchMean };
