import type { Graph, Value as GraphValue } from "../graph/graph.ts";
import type { Frame } from "./frame.ts";
import { report } from "./elaboration.ts";

/**
 * Warns of a task that reads the ids of a table and not its numbers: an id of a numeric column only tells whether the number is there, so
 * the numbers would be lost. The warning is at the first step that reads the ids.
 */
export function warnOfUnreadNumbers(frame: Frame, task: string, { inputs, nodes }: Graph): void {
  const valueOf = (feature: string): GraphValue | undefined =>
    inputs.find(({ role }) => role.kind === "feature" && role.feature === feature)?.value;
  const readerOf = (value: GraphValue): Graph["nodes"][number] | undefined =>
    nodes.find((node) => node.inputs.some(({ id }) => id === value.id));
  for (const [table, modality] of frame.elaboration.modalities ?? []) {
    if (modality.kind !== "table") continue;
    const [ids, numbers] = [valueOf(`${table}.ids`), valueOf(`${table}.numbers`)];
    if (!ids || !numbers || readerOf(numbers)) continue;
    const [at] = readerOf(ids)?.origin?.spans ?? [];
    if (at) report(frame, "numbers_unread", at, { task, table, columns: modality.numeric });
  }
}
