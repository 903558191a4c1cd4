import { relative, resolve } from "node:path";
import { collect, given, wholeNumber } from "../../options.ts";
import type { VerbOf } from "../../verb.ts";

interface SynthOptions {
  readonly rows: number;
  readonly out: string;
  readonly seed: number;
  readonly set?: readonly string[];
}

export const synth: VerbOf<SynthOptions> = {
  name: "synth",
  summary: "Write small synthetic data sets that fit a specification, and a copy of it that trains on them.",
  examples: [["mtl data synth model.mtl --rows 200 --out synthetic", "then: mtl train synthetic/model.mtl"]],
  configure: (command) =>
    command
      .argument("<specification>", "the .mtl file")
      .requiredOption("--out <folder>", "where to write; a folder that is not there, or is empty")
      .option("--rows <number>", "rows of each data set", wholeNumber({ least: 1 }), 100)
      .option("--seed <number>", "the same seed gives the same data", wholeNumber({ least: 0 }), 1)
      .option("--set <name=value>", "set a param; may be repeated", collect),
  async run(session, [file = ""], { rows, out, seed, set }) {
    const [{ requireProgram }, { writeSyntheticData }] = await Promise.all([import("../../compile-specification.ts"), import("../../write-synthetic-data.ts")]);
    const specification = requireProgram(file, { session, ...given("set", set) });
    const copy = await writeSyntheticData(specification, { rows, seed, folder: resolve(session.io.cwd, out) });
    const path = relative(session.io.cwd, copy);
    session.print(`${path}\n`);
    session.note(`\nAll of it is made up. Next: mtl train ${[path, ...(set ?? []).map((setting) => `--set ${setting}`)].join(" ")}`);
    return 0;
  },
};
