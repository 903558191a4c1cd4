import { shellWord } from "../../../runtime/shell-words.ts";
import { relative, resolve } from "node:path";
import { addOutputOption, collect, requireOutput, given, wholeNumber } from "../../options.ts";
import type { VerbOf } from "../../verb.ts";

interface SynthOptions {
  readonly rows: number;
  readonly output?: string;
  readonly seed: number;
  readonly set?: readonly string[];
}

export const synth: VerbOf<SynthOptions> = {
  name: "synth",
  summary: "Write small synthetic data sets that fit a specification, and a copy of it that trains on them.",
  examples: [["mtl data synth model.mtl --rows 200 --output synthetic", "then: mtl train synthetic/model.mtl"]],
  configure: (command) =>
    addOutputOption(command, "folder", "output folder; must not exist, or be empty")
      .argument("<specification>", "the .mtl file")
      .option("--rows <number>", "rows of each data set", wholeNumber({ least: 1 }), 100)
      .option("--seed <number>", "the same seed gives the same data", wholeNumber({ least: 0 }), 1)
      .option("--set <name=value>", "set a param, or an option by its path (fit.batch=32); may be repeated", collect),
  async run(session, [file = ""], { rows, output, seed, set }) {
    const [{ requireProgram }, { writeSyntheticData }] = await Promise.all([
      import("../../compile-specification.ts"),
      import("../../../runtime/synth/write-synthetic-data.ts"),
    ]);
    const specification = requireProgram(file, { session, ...given("set", set) });
    const copy = await writeSyntheticData({
      specification,
      rows,
      seed,
      folder: resolve(session.io.cwd, requireOutput(output)),
    });
    const path = relative(session.io.cwd, copy);
    session.print(`${path}\n`);
    session.note(
      `\nThe data is synthetic. Next: mtl train ${[shellWord(path), ...(set ?? []).flatMap((setting) => ["--set", shellWord(setting)])].join(" ")}`,
    );
    return 0;
  },
};
