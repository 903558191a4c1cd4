import { relative, resolve } from "node:path";
import { Option } from "commander";
import type { CompiledFormat, CompiledManifest, GraphKind } from "../../runtime/index.ts";
import { addDataOption, addOutputOption, requireOutput, collect, given, wholeNumber } from "../options.ts";
import { renderTable } from "../../compiler/diagnostics/render/text-table.ts";
import type { VerbOf } from "../verb.ts";

const formats: { readonly [Name in CompiledFormat | "both"]: readonly CompiledFormat[] } = {
  both: ["tfjs", "onnx"],
  tfjs: ["tfjs"],
  onnx: ["onnx"],
};
const graphs: readonly GraphKind[] = [
  "predict",
  "first_vector",
  "second_vector",
  "decode_start",
  "decode_next",
  "evaluate",
  "step",
  "gradients",
  "apply",
];

interface CompileOptions {
  readonly output?: string;
  readonly stage?: string;
  readonly task?: readonly string[];
  readonly batch?: number;
  readonly format?: keyof typeof formats;
  readonly portable?: true;
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
      .addOption(
        new Option(
          "--graphs <kinds...>",
          "only these graphs; by default predict, evaluate, step, and the others that the stage trains with; and those of single vectors, and that decode texts",
        ).choices(graphs),
      )
      .option("--weights <file>", "a .safetensors file with the weights, which predict then contains")
      .option("--set <name=value>", "set a param, or an option by its path (fit.batch=32); may be repeated", collect)
      .option("--runs <folder>", "folder of run folders, from which a stage of an .mtl file may start", "runs")
      .option("--force", "replace any folder at --output"),
  async run(session, [source = ""], { output, format, portable, force, set, runs, weights, data, ...options }) {
    const { cwd } = session.io;
    const [{ compileToFolder }, { isFolder }, { parseSettings, requireProgram }] = await Promise.all([
      import("../../runtime/index.ts"),
      import("../../runtime/export/compile-source.ts"),
      import("../compile-specification.ts"),
    ]);
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
      ...given("portable", portable && ("float32" as const)),
      replace: force ? "anything" : "own",
    });
    session.print(renderGraphs(manifest));
    session.note(`${relative(cwd, folder) || "."}/manifest.json lists the inputs and outputs of each graph.`);
    return 0;
  },
};

function renderGraphs({ graphs }: CompiledManifest): string {
  const row = ({
    kind,
    tasks,
    batch,
    inputs,
    outputs,
    tfjs,
    onnx,
  }: CompiledManifest["graphs"][number]): readonly string[] => [
    tasks.join("+"),
    kind,
    batch === null ? "" : String(batch),
    String(inputs.length),
    String(outputs.length),
    [tfjs, onnx].filter((file) => file !== undefined).join(", "),
  ];
  return renderTable(["task", "graph", "batch", "inputs", "outputs", "files"], graphs.map(row), [
    "batch",
    "inputs",
    "outputs",
  ]);
}
