import { relative, resolve } from "node:path";
import { addOutputOption } from "../options.ts";
import type { VerbOf } from "../verb.ts";

interface ReportOptions {
  readonly output?: string;
}

export const report: VerbOf<ReportOptions> = {
  name: "report",
  summary:
    "Show a run in one HTML file: results, learning curves, sampling, the model's picture; or a search: its trials, values and scores.",
  examples: [
    ["mtl report runs/model-0001", "writes report.html into the run's folder; works while it runs, too"],
    ["mtl report runs/model-0001 -o model.html", "elsewhere"],
    ["mtl report runs/model-search-0001.json", "of a search, as an HTML file beside it"],
  ],
  configure: (command) =>
    addOutputOption(command, "file", "output file").argument("<run>", "the run folder, or the file of a search"),
  async run(session, [run = ""], { output }) {
    const { writeReport } = await import("../../runtime/report/write-report.ts");
    const { writeSearchReport } = await import("../../runtime/search/report/write-search-report.ts");
    const from = resolve(session.io.cwd, run);
    const to = output === undefined ? [] : [resolve(session.io.cwd, output)];
    const path = await (from.endsWith(".json") ? writeSearchReport : writeReport)(from, ...to);
    session.note(`The report is ${relative(session.io.cwd, path)}.`);
    return 0;
  },
};
