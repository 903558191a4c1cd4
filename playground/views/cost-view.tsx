import { formatBytes, formatCount, formatWhole } from "../../compiler/analysis/cost/amounts.ts";
import { costs, errorCount } from "../state/app-state.ts";
import type { CostTable, PartRow, StageRow } from "../service/protocol.ts";

/** What each declaration and each stage costs. */
export function CostView() {
  const shown = costs.value;
  if (!shown)
    return (
      <div class="empty">
        <p>{errorCount.value > 0 ? "Costs are counted when the text has no errors." : "Counting …"}</p>
      </div>
    );
  const { value, isEarlier } = shown;
  const most = largest(value);
  return (
    <div class={isEarlier ? "cost earlier" : "cost"}>
      <p class="lead">
        <strong>{formatWhole(value.parameters)}</strong> parameters
      </p>
      {value.exceeded.map((text) => (
        <p class="problem" key={text}>
          Over budget: {text}.
        </p>
      ))}
      <h2>Prediction of one example</h2>
      <div class="table">
        <table>
          <thead>
            <tr>
              <th>Part</th>
              <th class="number">Parameters</th>
              <th class="number">Trained</th>
              <th class="number">FLOPs</th>
              <th aria-hidden="true" class="share" />
            </tr>
          </thead>
          <tbody>
            {value.parts.map((part) => (
              <Part key={`${part.kind} ${part.name}`} part={part} most={most} />
            ))}
          </tbody>
        </table>
      </div>
      {value.stages.length > 0 ? <h2>Training, for one example</h2> : undefined}
      {value.stages.length > 0 ? (
        <div class="table">
          <table>
            <thead>
              <tr>
                <th>Stage</th>
                <th>Tasks</th>
                <th class="number">Trained</th>
                <th class="number">FLOPs</th>
                <th class="number">Memory</th>
              </tr>
            </thead>
            <tbody>
              {value.stages.map((stage) => (
                <Stage key={stage.name} {...stage} />
              ))}
            </tbody>
          </table>
        </div>
      ) : undefined}
    </div>
  );
}

function largest({ parts }: CostTable): number {
  return parts.reduce((most, { flops }) => Math.max(most, flops), 1);
}

function Part({ part, most }: { readonly part: PartRow; readonly most: number }) {
  const { kind, name, parameters, trained, flops } = part;
  return (
    <tr>
      <td>
        <span class={`tag ${kind}`}>{kind}</span> {name === kind ? "" : name}
      </td>
      <td class="number">{formatWhole(parameters)}</td>
      <td class="number">{trained === undefined ? "" : `${Math.round(100 * trained)} %`}</td>
      <td class="number">{formatCount(flops)}</td>
      <td class="share" aria-hidden="true">
        <span style={{ width: `${(100 * flops) / most}%` }} />
      </td>
    </tr>
  );
}

function Stage({ name, tasks, parameters, trained, flops, bytes }: StageRow) {
  return (
    <tr>
      <td>{name}</td>
      <td>{tasks.join(", ")}</td>
      <td class="number">{formatWhole(Math.round(parameters * trained))}</td>
      <td class="number">{formatCount(flops)}</td>
      <td class="number">{formatBytes(bytes)}</td>
    </tr>
  );
}
