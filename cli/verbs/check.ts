import { counted } from "../../compiler/counted.ts";
import { dirname, resolve } from "node:path";
import { Option } from "commander";
import type { CheckedData } from "../../runtime/data/check-data.ts";
import { UserError, exitCodes } from "../../runtime/user-error.ts";
import type { ProgramCost } from "../../compiler/analysis/cost/cost.ts";
import { renderGithub } from "../../compiler/diagnostics/render/github.ts";
import type { RenderInput } from "../../compiler/diagnostics/render/input.ts";
import { jsonReport } from "../../compiler/diagnostics/render/json.ts";
import { renderSarif } from "../../compiler/diagnostics/render/sarif.ts";
import { renderText } from "../../compiler/diagnostics/render/text.ts";
import { listed } from "../../compiler/diagnostics/define.ts";
import { hasErrors } from "../../compiler/diagnostics/reporter.ts";
import type { Program } from "../../compiler/program.ts";
import { renderCost } from "../cost-table.ts";
import { readExplanations } from "../explanations.ts";
import { collect, given } from "../options.ts";
import { packageVersion } from "../../runtime/package-version.ts";
import type { Session, VerbOf } from "../verb.ts";

const renderers = {
  text: (input: RenderInput, session: Session, cost: ProgramCost | undefined): string =>
    [renderText(input, session.paint.stdout), cost ? renderCost(cost) : ""].filter((part) => part !== "").join("\n"),
  json: (input: RenderInput, _session: Session, cost: ProgramCost | undefined, data: CheckedData | undefined): string =>
    `${JSON.stringify({ ...jsonReport(input), ...given("cost", cost), ...given("data", data) }, undefined, 2)}\n`,
  github: (input: RenderInput): string => renderGithub(input),
  sarif: (input: RenderInput): string =>
    renderSarif(input, { version: packageVersion(), explanations: readExplanations() }),
};

interface CheckOptions {
  readonly format?: keyof typeof renderers;
  readonly json?: true;
  readonly cost?: true;
  readonly data?: string | true;
  readonly set?: readonly string[];
}

export const check: VerbOf<CheckOptions> = {
  name: "check",
  summary: "Find every mistake in a specification; its data is read with --data only.",
  examples: [
    ["mtl check model.mtl", "all problems, with their places"],
    ["mtl check model.mtl --set width=256", "with another value of a param"],
    [
      "mtl check model.mtl --cost",
      "parameters, FLOPs and memory of every stream, fusion point, task and stage as well; with --json for other tools",
    ],
    [
      "mtl check model.mtl --data",
      "whether its data is there and can be read, as training would; --data FOLDER where it is elsewhere",
    ],
    ["mtl check model.mtl --format github", "as annotations of a pull request; json and sarif for other tools"],
  ],
  configure: (command) =>
    command
      .argument("[specification]", "the .mtl file")
      .addOption(
        new Option("--format <format>", "how problems are printed; text by default").choices(Object.keys(renderers)),
      )
      .addOption(new Option("--json", "the same as --format json").conflicts("format"))
      .option("--cost", "print what the model costs, in text or JSON")
      .option(
        "--data [folder]",
        "read the data sets too, as training would; FOLDER is where their paths start, by default what MTL_DATA says, else beside the specification",
      )
      .option("--set <name=value>", "set a param; may be repeated", collect),
  async run(session, [named], options) {
    const { json, format = json ? "json" : "text", cost, set } = options;
    // The folder is optional, so that what follows --data may be the specification.
    const isFile = named === undefined && typeof options.data === "string" && options.data.endsWith(".mtl");
    const [file, data] = isFile ? [options.data, true as const] : [named, options.data];
    if (file === undefined)
      throw new UserError("usage", "There is no specification to check.", "Write mtl check FILE.mtl.");
    if (cost && format !== "text" && format !== "json")
      throw new UserError(
        "usage",
        `Costs are no problems, which is what "--format ${format}" prints.`,
        "Leave --cost or --format out, or write --format json.",
      );
    const { compileFile, renderInput } = await import("../compile-specification.ts");
    const compilation = compileFile(file, { cwd: session.io.cwd, ...given("set", set) });
    const { program } = compilation;
    const isSound = compilation.verdict === "ok";
    const counted =
      cost && program ? (await import("../../compiler/analysis/cost/cost-of.ts")).costOf(program) : undefined;
    const checked =
      data !== undefined && isSound && program
        ? await readData(session, program, {
            entry: compilation.entry,
            ...given("set", set),
            ...given("folder", data === true ? undefined : data),
          })
        : undefined;
    session[format === "text" ? "print" : "emit"](
      renderers[format](renderInput(compilation, session.io.cwd), session, counted, checked),
    );
    if (isSound && program && compilation.diagnostics.length === 0)
      session.note(`${file}: no problems. ${describe(program)}`);
    if (isSound && program && data === undefined) session.note(notRead(file, program));
    if (hasErrors(compilation.diagnostics)) return exitCodes.specification;
    return checked ? told(session, checked) : 0;
  },
};

interface DataPlace {
  readonly entry: string;
  readonly folder?: string;
  readonly set?: readonly string[];
}

async function readData(
  session: Session,
  { specification }: Program,
  { entry, folder, set = [] }: DataPlace,
): Promise<CheckedData> {
  const [{ checkData }, { namedDataFolder, pathsOfSet }, { createProgress }, { parseSettings }] = await Promise.all([
    import("../../runtime/data/check-data.ts"),
    import("../../runtime/data/files/data-folders.ts"),
    import("../progress/create-progress.ts"),
    import("../compile-specification.ts"),
  ]);
  const named = await namedDataFolder(folder === undefined ? undefined : resolve(session.io.cwd, folder));
  const progress = createProgress(session);
  try {
    return await checkData({
      specification,
      root: dirname(entry),
      ...named,
      ...pathsOfSet(Object.fromEntries(parseSettings(set))),
      onProgress: (done) => progress.observer.onReading?.(done),
    });
  } finally {
    progress.stop();
  }
}

/** Says what was found in the data; ends with the exit code. */
async function told(session: Session, checked: CheckedData): Promise<number> {
  const [{ checkedLines }, { problemText }] = await Promise.all([
    import("../../runtime/data/check-data.ts"),
    import("../../runtime/data/problem-log.ts"),
  ]);
  const [first] = checked.problems;
  for (const line of checkedLines(checked)) session.note(line);
  if (first) session.warn(`The first bad row is ${problemText(first)}; mtl data stats counts them by reason.`);
  if (checked.errors.length === 0) return 0;
  throw new UserError(
    "data",
    checked.errors.map(({ message }) => message).join("\n"),
    checked.errors.flatMap(({ help }) => help ?? []).join(" "),
  );
}

/** What a check of the text alone cannot know. */
function notRead(file: string, { specification: { datasets } }: Program): string {
  const paths = new Set(
    Object.values(datasets).flatMap(({ path }) => (typeof path === "string" ? [path] : Object.values(path))),
  );
  return `Its data was not looked at: ${listed([...paths], mostPaths)}. To read that too: mtl check ${file} --data`;
}

const mostPaths = 5;

/** `2 modalities, 1 task, 1 stage.` */
function describe({ specification: { modalities, tasks, stages } }: Program): string {
  const parts = [
    counted(Object.keys(modalities).length, "modality", "modalities"),
    counted(Object.keys(tasks).length, "task"),
    counted(stages.length, "stage"),
  ];
  return `${parts.join(", ")}.`;
}
