import { basename, resolve } from "node:path";
import type { Difference } from "../../runtime/report/diff-runs.ts";
import { renderTable } from "../../compiler/diagnostics/render/text-table.ts";
import type { VerbOf } from "../verb.ts";

interface DiffOptions {
  readonly json?: true;
}

export const diff: VerbOf<DiffOptions> = {
  name: "diff",
  summary: "Show the differences of two runs: graph, weights, cost, training, seeds, data, results.",
  examples: [
    ["mtl diff runs/model-0001 runs/model-0002", "a line for each difference"],
    ["mtl diff runs/model-0001 runs/model-0002 --json", "for another program"],
  ],
  configure: (command) =>
    command
      .argument("<left>", "a run folder")
      .argument("<right>", "another")
      .option("--json", "print an array instead of tables"),
  async run(session, [left = "", right = ""], { json }) {
    const { diffRuns } = await import("../../runtime/report/diff-runs.ts");
    const [first, second] = [resolve(session.io.cwd, left), resolve(session.io.cwd, right)];
    const differences = await diffRuns(first, second);
    if (json) session.emit(`${JSON.stringify(differences, undefined, 2)}\n`);
    else if (differences.length === 0) session.note("The runs do not differ.");
    else session.print(renderDifferences(differences, basename(first), basename(second)));
    return 0;
  },
};

/** `--json` lists further differences: a change of the width, for example, is in every weight. */
const mostLines = 20;
const mostCharacters = 48;

function renderDifferences(differences: readonly Difference[], left: string, right: string): string {
  const abouts = [...new Set(differences.map(({ about }) => about))];
  return abouts
    .map((about) => {
      const found = differences.filter((each) => each.about === about);
      const rows = found.slice(0, mostLines).map((each) => [each.name, shown(each.left), shown(each.right)]);
      return renderTable(
        [about, left, right],
        found.length > mostLines ? [...rows, [`… and ${found.length - mostLines} more, which --json has`]] : rows,
      );
    })
    .join("\n");
}

function shown(value: string | undefined): string {
  const line = (value ?? "—").replaceAll(/\s+/g, " ");
  return line.length > mostCharacters ? `${line.slice(0, mostCharacters - 1)}…` : line;
}
