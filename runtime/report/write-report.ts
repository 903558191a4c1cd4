import { writeText } from "../files/checked-json.ts";
import { renderReport } from "./render-report.ts";
import { readRun } from "./run-record.ts";
import { costOf } from "../../compiler/analysis/cost/cost-of.ts";
import { buildDiagram } from "../../compiler/diagram/build-diagram.ts";
import { renderSvg } from "../../compiler/diagram/svg.ts";
import { compileRun } from "./compile-run.ts";
import { renderCost } from "../../compiler/analysis/cost/cost-table.ts";
import { join } from "../host/paths.ts";

/**
 * Writes the report of a run as one HTML file: results, learning curves, sampling, the model's picture. It works while
 * the run is training, too.
 *
 * @param run - The path of the run folder.
 * @param path - The path of the file; by default `report.html` in the run folder.
 * @returns The path of the file.
 * @throws UserError of kind `data` if `run` is not a run, or is damaged.
 */
export async function writeReport(run: string, path: string = join(run, "report.html")): Promise<string> {
  const record = await readRun(run);
  const program = compileRun(record);
  await writeText(
    path,
    await renderReport(
      record,
      program ? { picture: await renderSvg(buildDiagram(program)), cost: renderCost(costOf(program)) } : {},
    ),
  );
  return path;
}
