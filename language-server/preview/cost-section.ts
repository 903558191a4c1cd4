import { formatCount, formatWhole } from "../../compiler/analysis/cost/amounts.ts";
import { partName } from "../../compiler/analysis/cost/cost.ts";
import { escaped, note, table } from "../../runtime/report/html.ts";
import { type KnownCost, costOfPart, trainableShare } from "../service/costs.ts";

/** The cost of each part of a specification, as a table. */
export function costSection({ cost, exceeded }: KnownCost): string {
  const parts = new Map(cost.tasks.flatMap((task) => task.parts.map((part) => [partName(part), part] as const)));
  const rows = [...parts].flatMap(([name, part]) => {
    const share = trainableShare(cost, part);
    const { parameters = 0, flops = 0 } = costOfPart(cost, part) ?? {};
    const trained = share === undefined ? "" : `${Math.round(100 * share)} %`;
    return parameters + flops === 0 ? [] : [[name, formatWhole(parameters), trained, formatCount(flops)]];
  });
  const over = [...exceeded].flatMap(([name, each]) =>
    each.map((text) => `<p class="problem">${escaped(`Over budget: ${name} ${text}.`)}</p>`),
  );
  const total = `${formatWhole(cost.parameters)} parameters in all; FLOPs are for the prediction of one example.`;
  return `${over.join("")}${table(["", "parameters", "trained", "FLOPs"], rows)}${note(total)}`;
}
