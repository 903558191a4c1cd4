import { resolve } from "node:path";
import { renderTable } from "../table.ts";
import type { VerbOf } from "../verb.ts";

interface DiffOptions {
  readonly json?: true;
}

export const diff: VerbOf<DiffOptions> = {
  name: "diff",
  summary: "Say what two runs have otherwise: specification, weights, seeds, data, results.",
  examples: [
    ["mtl diff runs/model-0001 runs/model-0002", "a line for each difference"],
    ["mtl diff runs/model-0001 runs/model-0002 --json", "for another program"],
  ],
  configure: (command) => command.argument("<left>", "a run folder").argument("<right>", "another").option("--json", "print an array instead of a table"),
  async run(session, [left = "", right = ""], { json }) {
    const [{ readRun }, { diffRuns }] = await Promise.all([import("../../../runtime/report/run-record.ts"), import("../../../runtime/report/diff-runs.ts")]);
    const [first, second] = [await readRun(resolve(session.io.cwd, left)), await readRun(resolve(session.io.cwd, right))];
    const differences = diffRuns(first, second);
    if (json) session.print(`${JSON.stringify(differences, undefined, 2)}\n`);
    else if (differences.length === 0) session.note("The runs differ in nothing.");
    else session.print(renderTable(["of", "what", first.name, second.name], differences.map((each) => [each.about, each.name, each.left ?? "—", each.right ?? "—"])));
    return 0;
  },
};
