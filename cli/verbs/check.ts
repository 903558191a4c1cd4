import { safeFixes } from "../../compiler/diagnostics/fixes.ts";
import { counted } from "../../compiler/counted.ts";
import { dirname, resolve } from "node:path";
import { Option } from "commander";
import type { CheckedData } from "../../runtime/data/check-data.ts";
import { shellWord } from "../../runtime/shell-words.ts";
import { UserError, exitCodes } from "../../runtime/user-error.ts";
import { listed } from "../../compiler/diagnostics/define.ts";
import type { ProgramCost } from "../../compiler/analysis/cost/cost.ts";
import type { Compilation, Program } from "../../compiler/program.ts";
import { collect, given } from "../options.ts";
import type { Session, VerbOf } from "../verb.ts";

const formats = ["text", "json", "github", "sarif"] as const;
export type ProblemFormat = (typeof formats)[number];

interface CheckOptions {
  readonly format?: ProblemFormat;
  readonly json?: true;
  readonly cost?: true;
  readonly shapes?: true;
  readonly fix?: true;
  readonly data?: string | true;
  readonly set?: readonly string[];
}

export const check: VerbOf<CheckOptions> = {
  name: "check",
  summary: "Find every mistake in a specification; its data is read with --data only.",
  examples: [
    ["mtl check model.mtl", "all problems, with their locations"],
    ["mtl check model.mtl --set width=256", "with another value of a param"],
    [
      "mtl check model.mtl --cost",
      "also parameters, FLOPs and memory of every stream, fusion point, task and stage; with --json for other tools",
    ],
    ["mtl check model.mtl --data", "also read its data as training would; --data FOLDER if it is in another folder"],
    ["mtl check model.mtl --shapes", "also the specification with the shape after each step of its pipelines"],
    ["mtl check model.mtl --fix", "correct misspelt names, missing commas and the like in the files"],
    ["mtl check model.mtl --format github", "as annotations of a pull request; json and sarif for other tools"],
  ],
  configure: (command) =>
    command
      .argument("[specification]", "the .mtl file")
      .addOption(new Option("--format <format>", "format of the problems; text by default").choices(formats))
      .addOption(new Option("--json", "the same as --format json").conflicts("format"))
      .option("--fix", "correct mistakes with one possible correction in the files, and check again")
      .option("--shapes", "print the specification with the shape of the stream after each `->`")
      .option("--cost", "print the cost of the model, in text or JSON")
      .option(
        "--data [folder]",
        "read the data sets too, as training would; FOLDER is the root of their paths, by default that of MTL_DATA, else the folder of the specification",
      )
      .option("--set <name=value>", "set a param, or an option by its path (fit.batch=32); may be repeated", collect),
  async run(session, [named], options) {
    const { file, data } = inputsOf(named, options.data);
    const format = formatOf(options);
    const [{ compileFile, renderInput }, { problemRenderers }, { hasErrors }] = await Promise.all([
      import("../compile-specification.ts"),
      import("../problem-renderers.ts"),
      import("../../compiler/diagnostics/reporter.ts"),
    ]);
    const settings = { cwd: session.io.cwd, ...given("set", options.set) };
    const fixed = options.fix ? await (await import("../fix-files.ts")).fixFiles(file, settings) : [];
    for (const line of fixed) session.note(line);
    const compilation = compileFile(file, settings);
    const sound = compilation.verdict === "ok" ? compilation.program : undefined;
    const cost = options.cost ? await costOf(compilation) : undefined;
    const checked =
      data !== undefined && sound
        ? await readData(session, sound, {
            entry: compilation.entry,
            ...given("set", options.set),
            ...given("folder", data === true ? undefined : data),
          })
        : undefined;
    session[format === "text" ? "print" : "emit"](
      problemRenderers[format](renderInput(compilation, session.io.cwd), {
        paint: session.paint.stdout,
        ...given("cost", cost),
        ...given("data", checked),
      }),
    );
    if (options.shapes) await printShapes(session, compilation);
    if (sound && compilation.diagnostics.length === 0) session.note(`${file}: no problems. ${describe(sound)}`);
    if (sound && data === undefined && Object.keys(sound.specification.datasets).length > 0)
      session.note(notRead(file, sound));
    if (format === "text") noteFixes(session, file, compilation);
    if (hasErrors(compilation.diagnostics)) return exitCodes.specification;
    return checked ? reportData(session, checked) : 0;
  },
};

/** The specification, and the folder of the data or `true` for the default one. */
function inputsOf(
  named: string | undefined,
  data: string | true | undefined,
): { readonly file: string; readonly data: string | true | undefined } {
  // The folder is optional, so the word after --data may be the specification.
  if (named === undefined && typeof data === "string" && data.endsWith(".mtl")) return { file: data, data: true };
  if (named !== undefined) return { file: named, data };
  throw new UserError("usage", "There is no specification to check.", "Write mtl check FILE.mtl.");
}

function formatOf({ json, format = json ? "json" : "text", cost, shapes }: CheckOptions): ProblemFormat {
  if (cost && format !== "text" && format !== "json")
    throw new UserError(
      "usage",
      `"--format ${format}" prints problems only, not costs.`,
      "Remove --cost or --format, or write --format json.",
    );
  if (shapes && format !== "text")
    throw new UserError(
      "usage",
      `"--format ${format}" prints problems only, not shapes.`,
      "Remove --shapes or --format.",
    );
  return format;
}

async function costOf({ program }: Compilation): Promise<ProgramCost | undefined> {
  return program && (await import("../../compiler/analysis/cost/cost-of.ts")).costOf(program);
}

/** A note on the number of problems that `--fix` corrects. */
function noteFixes(session: Session, file: string, { diagnostics }: Compilation): void {
  const safe = safeFixes(diagnostics).length;
  if (safe === 0) return;
  const problems = safe === 1 ? "One problem" : `${safe} problems`;
  session.note(`${problems} can be corrected: mtl check ${shellWord(file)} --fix`);
}

/** Prints the specification with the known shapes, even if there are errors. */
async function printShapes(
  session: Session,
  { files, entry, notes }: Compilation & { readonly entry: string },
): Promise<void> {
  const { withShapes } = await import("../../compiler/expand/with-shapes.ts");
  const file = files.get(entry);
  if (file) session.print(`${withShapes(file.text, file.tree, notes).trimEnd()}\n`);
}

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
      ...pathsOfSet(parseSettings(set)),
      onProgress: (done) => progress.observer.onReading?.(done),
    });
  } finally {
    progress.stop();
  }
}

/** Reports the problems of the data. Returns the exit code. */
async function reportData(session: Session, checked: CheckedData): Promise<number> {
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

/** A note that the data was not read, so that a check of the text alone cannot find its problems. */
function notRead(file: string, { specification: { datasets } }: Program): string {
  const paths = new Set(
    Object.values(datasets).flatMap(({ path }) => (typeof path === "string" ? [path] : Object.values(path))),
  );
  return `Its data was not read: ${listed([...paths], mostPaths)}. To read it too: mtl check ${file} --data`;
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
