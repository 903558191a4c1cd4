import { join, relative, resolve } from "node:path";
import { addOutputOption } from "../options.ts";
import type { VerbOf } from "../verb.ts";

interface ReportOptions {
  readonly output?: string;
}

export const report: VerbOf<ReportOptions> = {
  name: "report",
  summary: "Show a run in one HTML file: results, learning curves, sampling, the model's picture.",
  examples: [
    ["mtl report runs/model-0001", "writes report.html into the run's folder; works while it runs, too"],
    ["mtl report runs/model-0001 -o model.html", "elsewhere"],
  ],
  configure: (command) => addOutputOption(command, "file", "output file").argument("<run>", "the run folder"),
  async run(session, [run = ""], { output }) {
    const { writeReport } = await import("../../runtime/report/write-report.ts");
    const folder = resolve(session.io.cwd, run);
    const path = output === undefined ? join(folder, "report.html") : resolve(session.io.cwd, output);
    await writeReport(folder, path);
    session.note(`The report is ${relative(session.io.cwd, path)}.`);
    return 0;
  },
};
