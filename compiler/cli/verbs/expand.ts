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
    ["mtl expand model.mtl --weights", "the names and shapes of all weights, which patterns of `freeze` match"],
  ],
  configure: (command) =>
    command
      .argument("<specification>", "the .mtl file")
      .option("--set <name=value>", "set a param; may be repeated", collect)
      .option("--json", "print the resolved specification as JSON")
      .option("--weights", "print the weights of every stage"),
  async run(session, [file = ""], { set, json, weights }) {
    const { requireProgram } = await import("../compile-specification.ts");
    const compiled = requireProgram(file, { session, ...given("set", set) });
    const { program } = compiled;
    if (json) session.print(`${JSON.stringify(program.specification, undefined, 2)}\n`);
    else if (weights) for (const { name } of program.specification.stages) session.print(weightTable(name, program.plan(name).weights));
    else session.print(await expanded(compiled));
    return 0;
  },
};

async function expanded({ program, entry, sources }: CompiledFile): Promise<string> {
  const [{ parse }, { expandSpecification }, { printSpecification }] = await Promise.all([import("../../../grammar/parse.ts"), import("../../expand/expand.ts"), import("../../formatter/print.ts")]);
  return printSpecification(expandSpecification(parse(sources.get(entry) ?? "", entry).tree, program));
}

function weightTable(stage: string, weights: readonly { readonly name: string; readonly shape: readonly number[]; readonly trainable: boolean }[]): string {
  const width = Math.max(0, ...weights.map(({ name }) => name.length));
  const lines = weights.map(({ name, shape, trainable }) => `  ${name.padEnd(width)}  [${shape.join(" × ")}]${trainable ? "" : "  frozen"}\n`);
  return `stage ${stage}\n${lines.join("")}`;
}
