import { formatBytes, formatCount, formatWhole } from "./amounts.ts";
import {
  type Cost,
  type ForkCost,
  type ProgramCost,
  type StageCost,
  type TaskCost,
  memoryOf,
  partName,
} from "./cost.ts";
import { renderTable } from "../../diagnostics/render/text-table.ts";

/** Renders the cost of a specification, for `mtl check --cost`. */
export function renderCost({ parameters, forks, tasks, stages }: ProgramCost): string {
  const sections = [
    `${formatWhole(parameters)} parameters in total${forks ? `, and ${describeForks(forks)}` : ""}. FLOPs are for one example; a multiply-add counts as two.\n`,
    ...tasks.map((task) => `task ${task.task}: prediction of one example\n${costTable(task)}`),
    ...stages.flatMap((stage) =>
      stage.tasks
        .map(
          (task) =>
            `${nameOf(stage)}, task ${task.task}: a step of ${formatWhole(task.batch)} ${task.batch === 1 ? "example" : "examples"}\n${costTable(task)}`,
        )
        .concat(summary(stage)),
    ),
  ];
  return sections.join("\n");
}

/** `758,160 more in the forks of stage each, one for each of 4 tasks` */
export function describeForks({ stage, tasks, parameters }: ForkCost): string {
  return `${formatWhole(parameters)} more in the forks of stage ${stage}, one for each of ${tasks} tasks`;
}

interface Column {
  readonly name: string;
  readonly of: keyof Cost;
  readonly format: (amount: number) => string;
  /** The column is left out if all its values are 0. */
  readonly where?: "not_zero";
}

const columns: readonly Column[] = [
  { name: "parameters", of: "parameters", format: formatWhole },
  { name: "frozen", of: "frozen", format: formatWhole, where: "not_zero" },
  { name: "shared", of: "shared", format: formatWhole, where: "not_zero" },
  { name: "FLOPs", of: "flops", format: formatCount },
  { name: "weights", of: "weightBytes", format: formatBytes },
  { name: "activations", of: "activationBytes", format: formatBytes },
  { name: "optimizer", of: "optimizerBytes", format: formatBytes, where: "not_zero" },
];

function costTable({ parts, total }: TaskCost): string {
  const shown = columns.filter((column) => column.where === undefined || total[column.of] > 0);
  const cells = (cost: Cost): readonly string[] => shown.map(({ of, format }) => format(cost[of]));
  const rows = parts.map((part) => [partName(part), ...cells(part)]);
  return renderTable(
    ["", ...shown.map(({ name }) => name)],
    [...rows, ["total", ...cells(total)]],
    shown.map(({ name }) => name),
  );
}

function nameOf({ stage, forTask }: StageCost): string {
  return forTask === undefined ? `stage ${stage}` : `stage ${stage} for ${forTask}`;
}

/** `stage fit: trains 402,569 parameters; 63.7 M FLOPs an example, 82.9 MB of memory.` */
function summary(stage: StageCost): string {
  const { total, evaluated } = stage;
  const modes = evaluated.length > 0 ? `In evaluation mode, because frozen: ${evaluated.join(", ")}.\n` : "";
  const others = [
    ...(total.frozen > 0 ? [`freezes ${formatWhole(total.frozen)}`] : []),
    ...(total.shared > 0 ? [`shares ${formatWhole(total.shared)} among tasks`] : []),
  ];
  const asked = stage.tasks[0]?.parts.find(({ kind }) => kind === "candidates")?.flops ?? 0;
  const passes = stage.passes.map(
    ({ tasks, flops, separateFlops }) =>
      `${nameOf(stage)} computes ${tasks.join(", ")} in one pass over the same rows: ${formatCount(flops)} FLOPs per example instead of ${formatCount(separateFlops)}, ${(separateFlops / flops).toFixed(2)} times fewer.\n`,
  );
  return `${passes.join("")}${nameOf(stage)}: trains ${[`${formatWhole(total.parameters - total.frozen)} parameters`, ...others].join(", ")}; ${formatCount(total.flops)} FLOPs per example${asked > 0 ? `, ${formatCount(asked)} of them to score candidates` : ""}, ${formatBytes(memoryOf(total))} of memory.\n${modes}`;
}
