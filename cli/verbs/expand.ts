import type { StagePlan } from "../../compiler/stage/plan.ts";
import { collect, given } from "../options.ts";
import type { CompiledFile } from "../compile-specification.ts";
import type { VerbOf } from "../verb.ts";

interface ExpandOptions {
  readonly set?: readonly string[];
  readonly json?: true;
  readonly weights?: true;
}

export const expand: VerbOf<ExpandOptions> = {
  name: "expand",
  summary: "Print a specification with every default filled in.",
  examples: [
    ["mtl expand model.mtl", "as a specification"],
    ["mtl expand model.mtl --json", "as the JSON that a run folder keeps"],
    [
      "mtl expand model.mtl --weights",
      "names and shapes of all weights, for the patterns of `freeze`, and the scopes with dropout",
    ],
  ],
  configure: (command) =>
    command
      .argument("<specification>", "the .mtl file")
      .option("--set <name=value>", "set a param, or an option by its path (fit.batch=32); may be repeated", collect)
      .option("--json", "print the resolved specification as JSON")
      .option("--weights", "print the weights and the dropout of every stage"),
  async run(session, [file = ""], { set, json, weights }) {
    const { requireProgram } = await import("../compile-specification.ts");
    const compiled = requireProgram(file, { session, ...given("set", set) });
    const { program } = compiled;
    if (json) session.emit(`${JSON.stringify(program.specification, undefined, 2)}\n`);
    else if (weights)
      for (const { name } of program.specification.stages) session.print(stageTable(name, program.plan(name)));
    else session.emit(await expanded(compiled));
    return 0;
  },
};

async function expanded({ program, entry, sources }: CompiledFile): Promise<string> {
  const [{ parse }, { expandSpecification }, { printSpecification }] = await Promise.all([
    import("../../grammar/parse.ts"),
    import("../../compiler/expand/expand.ts"),
    import("../../compiler/formatter/print.ts"),
  ]);
  return printSpecification(expandSpecification(parse(sources.get(entry) ?? "", entry).tree, program));
}

/**
 * A table of weights, and of scopes that differ between training and evaluation, with the stage's treatment of each.
 */
function stageTable(stage: string, { weights, modes }: Pick<StagePlan, "weights" | "modes">): string {
  const width = Math.max(0, ...[...weights.map(({ name }) => name), ...modes.keys()].map((name) => name.length));
  const lines = weights.map(
    ({ name, shape, trainable }) => `  ${name.padEnd(width)}  [${shape.join(" × ")}]${trainable ? "" : "  frozen"}\n`,
  );
  const places = [...modes].map(
    ([place, mode]) => `  ${place.padEnd(width)}  in ${mode === "train" ? "training" : "evaluation"} mode\n`,
  );
  return `stage ${stage}\n${[...lines, ...places].join("")}`;
}
