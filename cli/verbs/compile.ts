import { relative, resolve } from "node:path";
import { Option } from "commander";
import { graphKinds } from "../../runtime/export/manifest.ts";
import type { CompiledFormat, CompiledManifest, GraphKind } from "../../runtime/index.ts";
import { addDataOption, addOutputOption, requireOutput, collect, given, wholeNumber } from "../options.ts";
import { renderTable } from "../../compiler/diagnostics/render/text-table.ts";
import type { VerbOf } from "../verb.ts";

const formats: { readonly [Name in CompiledFormat | "both"]: readonly CompiledFormat[] } = {
  both: ["tfjs", "onnx"],
  tfjs: ["tfjs"],
  onnx: ["onnx"],
};

interface CompileOptions {
  readonly output?: string;
  readonly stage?: string;
  readonly task?: readonly string[];
  readonly batch?: number;
  readonly format?: keyof typeof formats;
  readonly portable?: true;
  readonly int8?: true;
  readonly graphs?: readonly GraphKind[];
  readonly data?: string;
  readonly weights?: string;
  readonly set?: readonly string[];
  readonly runs: string;
  readonly force?: true;
}

export const compile: VerbOf<CompileOptions> = {
  name: "compile",
  summary: "Write the graphs of prediction and training as tfjs GraphModels and ONNX models, with a manifest.",
  examples: [
    ["mtl compile model.mtl --output compiled", "one folder for each task of the last stage"],
    ["mtl compile runs/model-0001 --output compiled", "the same with trained weights, in the prediction graph"],
    ["mtl compile model.mtl --output compiled --task kind --graphs step --format onnx", "one graph"],
  ],
  configure: (command) =>
    addOutputOption(addDataOption(command), "folder", "output folder; replaced if mtl compile wrote it")
      .argument("<source>", "the .mtl file, a run folder, or its model/ alone")
      .option("--stage <name>", "stage of the training graphs, and of a run's weights; by default the last one")
      .option(
        "--task <name>",
        "only this task; of a run also one that an earlier stage trained; may be repeated",
        collect,
      )
      .option(
        "--batch <rows>",
        "rows per batch; by default that of the stage, and 1 to predict",
        wholeNumber({ least: 1 }),
      )
      .addOption(
        new Option("--format <format>", "formats to write; by default both, or onnx with --portable").choices(
          Object.keys(formats),
        ),
      )
      .addOption(
        new Option(
          "--portable",
          "ONNX models of standard operators alone; those that predict take any number of rows unless --batch gives it",
        ).conflicts("format"),
      )
      .option("--int8", "with --portable: the models that predict with weights of 8 bits, too, and the metrics of both")
      .addOption(
        new Option(
          "--graphs <kinds...>",
          "only these graphs; by default predict, evaluate, step, and the others that the stage trains with; and those of single vectors, and that decode texts",
        ).choices(graphKinds),
      )
      .option("--weights <file>", "a .safetensors file with the weights, which predict then contains")
      .option("--set <name=value>", "set a param, or an option by its path (fit.batch=32); may be repeated", collect)
      .option("--runs <folder>", "folder of run folders, from which a stage of an .mtl file may start", "runs")
      .option("--force", "replace any folder at --output"),
  async run(session, [source = ""], { output, format, portable, int8, force, set, runs, weights, data, ...options }) {
    const { cwd } = session.io;
    const [{ UserError, compileToFolder }, { isFolder }, { parseSettings, requireProgram }] = await Promise.all([
      import("../../runtime/index.ts"),
      import("../../runtime/export/compile-source.ts"),
      import("../compile-specification.ts"),
    ]);
    if (int8 && !portable) throw new UserError("usage", "--int8 is an option of portable models.", "Add --portable.");
    const path = resolve(cwd, source);
    const folder = resolve(cwd, requireOutput(output));
    const manifest = await compileToFolder(folder, {
      ...(isFolder(path)
        ? { source: path, ...given("set", set && parseSettings(set)) }
        : { source: requireProgram(source, { session, ...given("set", set) }) }),
      ...given("weights", weights === undefined ? undefined : resolve(cwd, weights)),
      ...given("data", data === undefined ? undefined : resolve(cwd, data)),
      ...given("stage", options.stage),
      ...given("tasks", options.task),
      ...given("batch", options.batch),
      ...given("graphs", options.graphs),
      runs: resolve(cwd, runs),
      onNote: session.note,
      ...given("formats", format && formats[format]),
      ...given("portable", portable && (int8 ? ("int8" as const) : ("float32" as const))),
      replace: force ? "anything" : "own",
    });
    session.print(renderGraphs(manifest));
    if (int8) session.print(`\n${renderInt8(manifest)}`);
    session.note(`${relative(cwd, folder) || "."}/manifest.json lists the inputs and outputs of each graph.`);
    return 0;
  },
};

/** The sizes of the models with weights of 8 bits, and their metrics, beside those of the others. */
function renderInt8({ graphs, files, int8 }: CompiledManifest): string {
  const kilobytes = (file: string | undefined): string => `${Math.ceil((files[file ?? ""]?.bytes ?? 0) / 1024)} KB`;
  const sizes = graphs.flatMap(({ kind, tasks, onnx, int8: rounded }) =>
    rounded === undefined ? [] : [[tasks.join("+"), `size of ${kind}`, kilobytes(onnx), kilobytes(rounded)]],
  );
  const metrics = (int8?.values ?? []).map(({ task, metric, float32, int8: rounded }) => [
    task,
    metric,
    float32.toFixed(4),
    rounded.toFixed(4),
  ]);
  const table = renderTable(["task", "", "float32", "int8"], [...sizes, ...metrics], ["float32", "int8"]);
  return int8 ? table : `${table}\nThe metrics are not measured, because the source is not the folder of a run.`;
}

function renderGraphs({ graphs }: CompiledManifest): string {
  const row = ({
    kind,
    tasks,
    batch,
    inputs,
    outputs,
    tfjs,
    onnx,
    int8,
  }: CompiledManifest["graphs"][number]): readonly string[] => [
    tasks.join("+"),
    kind,
    batch === null ? "" : String(batch),
    String(inputs.length),
    String(outputs.length),
    [tfjs, onnx, int8].filter((file) => file !== undefined).join(", "),
  ];
  return renderTable(["task", "graph", "batch", "inputs", "outputs", "files"], graphs.map(row), [
    "batch",
    "inputs",
    "outputs",
  ]);
}
