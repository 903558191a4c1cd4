import { type Graph, type HostFunction, type Shape, roleName } from "../../../compiler/graph/graph.ts";
import { assignment } from "../../boxes/assignment.ts";
import type { TensorData } from "../../engines/engine.ts";

type Compute = (argument: TensorData, shape: Shape) => TensorData;

const functions: { readonly [Function in HostFunction]: Compute } = {
  assignment: (costs, [batch = 0, rows = 0, columns = 0]) => {
    const chosen = new Float32Array(costs.length);
    const size = rows * columns;
    for (let row = 0; row < batch; row++)
      for (const [index, column] of assignment(costs.subarray(row * size, (row + 1) * size), rows, columns).entries())
        chosen[row * size + index * columns + column] = 1;
    return chosen;
  },
};

/** The results of the functions whose arguments a graph has computed, by the names of the inputs that take them. */
export function hostResults(
  { outputs }: Graph,
  computed: ReadonlyMap<string, TensorData>,
): ReadonlyMap<string, TensorData> {
  return new Map(
    outputs.flatMap(({ name, role, value }) => {
      const argument = computed.get(name);
      if (role.kind !== "host_argument" || !argument) return [];
      return [[roleName({ ...role, kind: "host_result" }), functions[role.function](argument, value.shape)] as const];
    }),
  );
}
