import { Option } from "commander";
import { exitCodes } from "../../../runtime/user-error.ts";
import { renderGithub } from "../../diagnostics/render/github.ts";
import type { RenderInput } from "../../diagnostics/render/input.ts";
import { renderJson } from "../../diagnostics/render/json.ts";
import { renderSarif } from "../../diagnostics/render/sarif.ts";
import { renderText } from "../../diagnostics/render/text.ts";
import { hasErrors } from "../../diagnostics/reporter.ts";
import type { Program } from "../../program.ts";
import { readExplanations } from "../explanations.ts";
import { collect, given } from "../options.ts";
import { packageVersion } from "../../../runtime/package-version.ts";
import type { Session, VerbOf } from "../verb.ts";

const renderers = {
  text: (input: RenderInput, session: Session): string => renderText(input, session.paint.stdout),
  json: (input: RenderInput): string => renderJson(input),
  github: (input: RenderInput): string => renderGithub(input),
  sarif: (input: RenderInput): string => renderSarif(input, { version: packageVersion(), explanations: readExplanations() }),
};

interface CheckOptions {
  readonly format: keyof typeof renderers;
  readonly set?: readonly string[];
}

export const check: VerbOf<CheckOptions> = {
  name: "check",
  summary: "Find every mistake in a specification, without reading data.",
  examples: [
    ["mtl check model.mtl", "all problems, with their places"],
    ["mtl check model.mtl --set width=256", "with another value of a param"],
    ["mtl check model.mtl --format github", "as annotations of a pull request; json and sarif for other tools"],
  ],
  configure: (command) =>
    command
      .argument("<specification>", "the .mtl file")
      .addOption(new Option("--format <format>", "how problems are printed").choices(Object.keys(renderers)).default("text"))
      .option("--set <name=value>", "set a param; may be repeated", collect),
  async run(session, [file = ""], { format, set }) {
    const { compileFile, renderInput } = await import("../compile-specification.ts");
    const compilation = compileFile(file, { cwd: session.io.cwd, ...given("set", set) });
    session.print(renderers[format](renderInput(compilation, session.io.cwd), session));
    if (compilation.program !== undefined && compilation.diagnostics.length === 0) session.note(`${file}: no problems. ${describe(compilation.program)}`);
    return hasErrors(compilation.diagnostics) ? exitCodes.specification : 0;
  },
};

/** `2 modalities, 1 task, 1 stage.` */
function describe({ specification: { modalities, tasks, stages } }: Program): string {
  const count = (number: number, one: string, many: string): string => `${number} ${number === 1 ? one : many}`;
  const parts = [
    count(Object.keys(modalities).length, "modality", "modalities"),
    count(Object.keys(tasks).length, "task", "tasks"),
    count(stages.length, "stage", "stages"),
  ];
  return `${parts.join(", ")}.`;
}
