import { expressions } from "../../graph/expressions.ts";
import { type Value as GraphValue, showShape } from "../../graph/graph.ts";
import { builderAt } from "../elaboration.ts";
import { batched, streamOf } from "../stream-ops.ts";
import { poison, shapeOf, streamValue } from "../value.ts";
import { type Orders, ordersOf } from "./orders.ts";
import type { Native, NativeCall } from "./native.ts";

/**
 * Rows that are not there cost 0 everywhere, so that they disturb none of the others. The graph compares all orders if there are few; else the host
 * finds the best one.
 */
const assignment: Native = {
  naming: "segment",
  apply: (call) => {
    const [costs, there] = [batched(call.frame, call.stream("costs")), batched(call.frame, call.stream("there"))];
    const shape = shapeOf(costs);
    const [rows = 0, columns = 0] = shape;
    if (shape.length !== 2 || rows > columns || shapeOf(there)[0] !== rows)
      return call.mismatch("The costs and the rows of an assignment", showShape(shape), showShape(shapeOf(there)));
    const e = expressions(builderAt(call.frame));
    const present = e.reshape(there.value, [call.elaboration.batch, rows, 1]);
    const known = e.multiply(call.emit("stop_gradient", [costs.value], {}), present);
    const orders = ordersOf(rows, columns);
    const chosen = orders ? bestOrder(call, known, orders) : chosenByHost(call, known);
    return streamValue(streamOf(e.multiply(chosen, present), "batched"));
  },
};

/** The best of all orders [B, rows, columns], by one product with a table of them. */
function bestOrder(call: NativeCall, costs: GraphValue, { count, table: data }: Orders): GraphValue {
  const [batch = 0, rows = 0, columns = 0] = costs.shape;
  const e = expressions(builderAt(call.frame));
  const table = call.emit("constant", [], { dtype: "float32", shape: [count, rows * columns], data });
  const totals = e.matmul(e.reshape(costs, [batch, rows * columns]), table, { transpose_b: true, scale: -1 });
  return e.reshape(call.emit("gather", [table, call.emit("argmax", [totals], { axis: 1 })], { axis: 0 }), costs.shape);
}

function chosenByHost({ elaboration: { builder } }: NativeCall, costs: GraphValue): GraphValue {
  const index = builder.outputs.filter(({ role }) => role.kind === "host_argument").length;
  const called = { function: "assignment", index } as const;
  builder.output({ kind: "host_argument", ...called }, costs);
  return builder.input({ kind: "host_result", ...called }, costs);
}

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
