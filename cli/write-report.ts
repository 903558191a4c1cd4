import { writeText } from "../runtime/files/checked-json.ts";
import { renderReport } from "../runtime/report/render-report.ts";
import { readRun } from "../runtime/report/run-record.ts";
import { costOf } from "../compiler/analysis/cost/cost-of.ts";
import { buildDiagram } from "../compiler/diagram/build-diagram.ts";
import { renderSvg } from "../compiler/diagram/svg.ts";
import { compileRun } from "./compile-run.ts";
import { renderCost } from "./cost-table.ts";

/** Writes the report of a run folder, with the picture of its model. */
export async function writeReport(run: string, path: string): Promise<void> {
  const record = await readRun(run);
  const program = compileRun(record);
  await writeText(
    path,
    await renderReport(
      record,
      program ? { picture: await renderSvg(buildDiagram(program)), cost: renderCost(costOf(program)) } : {},
    ),
  );
}
