import { relative } from "node:path";
import type { SmokeStage } from "../runtime/sanity/smoke.ts";
import { describePlace } from "../compiler/diagnostics/describe-place.ts";
import { showShape } from "../compiler/graph/graph.ts";
import type { StageWeight } from "../compiler/stage/plan.ts";
import type { CompiledFile } from "./compile-specification.ts";
import { formatValue } from "./format.ts";
import { renderTable } from "../compiler/diagnostics/render/text-table.ts";

/** A row for each stage and task: its losses, and the number of weights that the stage trains. */
export function renderSmoke(stages: readonly SmokeStage[]): string {
  const header = ["stage", "task", "first loss", "last loss", "trainable", "with gradient"];
  const rows = stages.flatMap(({ stage, tasks, trainable, untrained }) =>
    tasks.map(({ task, losses }, index) => [
      ...(index === 0 ? [stage] : [""]),
      task,
      ...[losses[0], losses.at(-1)].map((loss) => (loss === undefined ? "" : formatValue(loss))),
      ...(index === 0 ? [String(trainable), String(trainable - untrained.length)] : ["", ""]),
    ]),
  );
  return renderTable(header, rows, header.slice(2));
}

/** `The weight seen.cls [64] (model.mtl:12:15)`. */
export function describeWeight({ name, shape, origin }: StageWeight, { sources }: CompiledFile, cwd: string): string {
  const place = describePlace(origin?.spans ?? [], sources, (file) => relative(cwd, file));
  return `The weight ${name} ${showShape(shape)}${place === undefined ? "" : ` (${place})`}`;
}
