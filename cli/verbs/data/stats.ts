import { resolve } from "node:path";
import { exitCodes } from "../../../runtime/user-error.ts";
import { addDataOption, collect, given } from "../../options.ts";
import type { VerbOf } from "../../verb.ts";

interface StatsOptions {
  readonly json?: true;
  readonly strict?: true;
  readonly data?: string;
  readonly set?: readonly string[];
}

export const stats: VerbOf<StatsOptions> = {
  name: "stats",
  summary:
    "Describe the data sets of a specification: rows, splits, classes, lengths, dropped rows, and leaks between splits.",
  examples: [
    ["mtl data stats model.mtl", "tables for each data set"],
    ["mtl data stats model.mtl --json", "for another program"],
    ["mtl data stats model.mtl --strict", "fails if the input of a validation or test row is in a training split"],
  ],
  configure: (command) =>
    addDataOption(command)
      .argument("<specification>", "the .mtl file")
      .option("--json", "print JSON instead of tables")
      .option("--strict", "exit with 4 if inputs of validation or test rows are in a training split")
      .option("--set <name=value>", "set a param, or an option by its path (fit.batch=32); may be repeated", collect),
  async run(session, [file = ""], { json, strict, data, set }) {
    const [{ requireProgram }, { dataStats }, { renderStats }, { createProgress }] = await Promise.all([
      import("../../compile-specification.ts"),
      import("../../../runtime/sanity/data-stats.ts"),
      import("../../stats-report.ts"),
      import("../../progress/create-progress.ts"),
    ]);
    const specification = requireProgram(file, { session, ...given("set", set) });
    const progress = createProgress(session);
    try {
      const found = await dataStats({
        specification,
        ...given("data", data === undefined ? undefined : resolve(session.io.cwd, data)),
        onReading: (done) => progress.observer.onReading?.(done),
      });
      progress.stop();
      session[json ? "emit" : "print"](json ? `${JSON.stringify(found, undefined, 2)}\n` : renderStats(found));
      for (const refused of found.refused ?? []) session.warn(`Training would stop before it begins: ${refused}`);
      return found.refused !== undefined || (strict && found.leaks.length > 0) ? exitCodes.data : 0;
    } finally {
      progress.stop();
    }
  },
};
