import { dirname } from "node:path";
import { collect, given } from "../../options.ts";
import type { VerbOf } from "../../verb.ts";

interface StatsOptions {
  readonly json?: true;
  readonly set?: readonly string[];
}

export const stats: VerbOf<StatsOptions> = {
  name: "stats",
  summary: "Say what is in the data sets of a specification: rows, splits, classes, lengths, and what is left out.",
  examples: [
    ["mtl data stats model.mtl", "tables for each data set"],
    ["mtl data stats model.mtl --json", "for another program"],
  ],
  configure: (command) =>
    command
      .argument("<specification>", "the .mtl file")
      .option("--json", "print an array of data sets instead of tables")
      .option("--set <name=value>", "set a param; may be repeated", collect),
  async run(session, [file = ""], { json, set }) {
    const [{ requireProgram }, { dataStats }, { renderStats }, { createProgress }] = await Promise.all([
      import("../../compile-specification.ts"),
      import("../../../../runtime/data/stats/data-stats.ts"),
      import("../../stats-report.ts"),
      import("../../progress/create-progress.ts"),
    ]);
    const { program, entry } = requireProgram(file, { session, ...given("set", set) });
    const progress = createProgress(session);
    try {
      const found = await dataStats({ specification: program.specification, root: dirname(entry), onProgress: (done) => progress.observer.onReading?.(done) });
      progress.stop();
      session.print(json ? `${JSON.stringify(found, undefined, 2)}\n` : renderStats(found));
    } finally {
      progress.stop();
    }
    return 0;
  },
};
