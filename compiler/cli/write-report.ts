import { writeText } from "../../runtime/checked-json.ts";
import { renderReport } from "../../runtime/report/render-report.ts";
import { readRun } from "../../runtime/report/run-record.ts";
import { costOf } from "../cost/cost-of.ts";
import { buildDiagram } from "../diagram/build-diagram.ts";
import { renderSvg } from "../diagram/svg.ts";
import { renderCost } from "./cost-table.ts";
import { compileFile } from "./compile-specification.ts";

/** Writes the report of a run folder, with the picture of its model. */
export async function writeReport(run: string, path: string): Promise<void> {
  const record = await readRun(run);
  const set = Object.entries(record.lock.set).map(([param, value]) => `${param}=${value}`);
  const { program } = compileFile(record.entry, { cwd: record.path, set });
  await writeText(path, await renderReport(record, program ? { picture: await renderSvg(buildDiagram(program)), cost: renderCost(costOf(program)) } : {}));
}
