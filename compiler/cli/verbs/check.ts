import { counted } from "../../counted.ts";
import { Option } from "commander";
import { UserError, exitCodes } from "../../../runtime/user-error.ts";
import type { ProgramCost } from "../../cost/cost.ts";
import { renderGithub } from "../../diagnostics/render/github.ts";
import type { RenderInput } from "../../diagnostics/render/input.ts";
import { jsonReport } from "../../diagnostics/render/json.ts";
import { renderSarif } from "../../diagnostics/render/sarif.ts";
import { renderText } from "../../diagnostics/render/text.ts";
import { hasErrors } from "../../diagnostics/reporter.ts";
import type { Program } from "../../program.ts";
import { renderCost } from "../cost-table.ts";
import { readExplanations } from "../explanations.ts";
import { collect, given } from "../options.ts";
import { packageVersion } from "../../../runtime/package-version.ts";
import type { Session, VerbOf } from "../verb.ts";

const renderers = {
  text: (input: RenderInput, session: Session, cost: ProgramCost | undefined): string => [renderText(input, session.paint.stdout), cost ? renderCost(cost) : ""].filter((part) => part !== "").join("\n"),
  json: (input: RenderInput, _session: Session, cost: ProgramCost | undefined): string => `${JSON.stringify({ ...jsonReport(input), ...given("cost", cost) }, undefined, 2)}\n`,
  github: (input: RenderInput): string => renderGithub(input),
  sarif: (input: RenderInput): string => renderSarif(input, { version: packageVersion(), explanations: readExplanations() }),
};

interface CheckOptions {
  readonly format?: keyof typeof renderers;
  readonly json?: true;
  readonly cost?: true;
  readonly set?: readonly string[];
}

export const check: VerbOf<CheckOptions> = {
  name: "check",
  summary: "Find every mistake in a specification, without reading data.",
  examples: [
    ["mtl check model.mtl", "all problems, with their places"],
    ["mtl check model.mtl --set width=256", "with another value of a param"],
    ["mtl check model.mtl --cost", "parameters, FLOPs and memory of every stream, fusion point, task and stage as well; with --json for other tools"],
    ["mtl check model.mtl --format github", "as annotations of a pull request; json and sarif for other tools"],
  ],
  configure: (command) =>
    command
      .argument("<specification>", "the .mtl file")
      .addOption(new Option("--format <format>", "how problems are printed; text by default").choices(Object.keys(renderers)))
      .addOption(new Option("--json", "the same as --format json").conflicts("format"))
      .option("--cost", "print what the model costs, in text or JSON")
      .option("--set <name=value>", "set a param; may be repeated", collect),
  async run(session, [file = ""], { json, format = json ? "json" : "text", cost, set }) {
    if (cost && format !== "text" && format !== "json") throw new UserError("usage", `Costs are no problems, which is what "--format ${format}" prints.`, "Leave --cost or --format out, or write --format json.");
    const { compileFile, renderInput } = await import("../compile-specification.ts");
    const compilation = compileFile(file, { cwd: session.io.cwd, ...given("set", set) });
    const program = compilation.program ?? compilation.overBudget;
    const counted = cost && program ? (await import("../../cost/cost-of.ts")).costOf(program) : undefined;
    session[format === "text" ? "print" : "emit"](renderers[format](renderInput(compilation, session.io.cwd), session, counted));
    if (compilation.program !== undefined && compilation.diagnostics.length === 0) session.note(`${file}: no problems. ${describe(compilation.program)}`);
    return hasErrors(compilation.diagnostics) ? exitCodes.specification : 0;
  },
};

/** `2 modalities, 1 task, 1 stage.` */
function describe({ specification: { modalities, tasks, stages } }: Program): string {
  const parts = [
    counted(Object.keys(modalities).length, "modality", "modalities"),
    counted(Object.keys(tasks).length, "task"),
    counted(stages.length, "stage"),
  ];
  return `${parts.join(", ")}.`;
}
