import { resolve } from "node:path";
import { formatValue } from "../format.ts";
import { renderTable } from "../table.ts";
import type { VerbOf } from "../verb.ts";

interface RunsOptions {
  readonly json?: true;
}

export const runs: VerbOf<RunsOptions> = {
  name: "runs",
  summary: "List runs with their state and results.",
  examples: [
    ["mtl runs", "those below runs/"],
    ["mtl runs elsewhere --json", "for another program"],
  ],
  configure: (command) => command.argument("[folder]", "the folder of the runs", "runs").option("--json", "print an array instead of a table"),
  async run(session, [folder = "runs"], { json }) {
    const { findRuns, readRunSummary } = await import("../../../runtime/report/run-record.ts");
    const found = await Promise.all((await findRuns(resolve(session.io.cwd, folder))).map(readRunSummary));
    if (json) {
      session.print(`${JSON.stringify(found, undefined, 2)}\n`);
      return 0;
    }
    const rows = found.map(({ name, state, steps, lock, results }) => {
      const shown = results.filter(({ split, name: metric }) => split === "test" && metric !== "loss");
      return [name, state, String(steps), lock.created.slice(0, 16).replace("T", " "), lock.engine, shown.map((each) => `${each.task} ${each.name} ${formatValue(each.value ?? NaN)}`).join(", ")];
    });
    session.print(renderTable(["run", "state", "steps", "begun", "engine", "test"], rows, ["steps"]));
    return 0;
  },
};
