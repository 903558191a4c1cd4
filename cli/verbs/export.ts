import { relative, resolve } from "node:path";
import { Argument } from "commander";
import { addDataOption, addOutputOption, collect, given, requireOutput } from "../options.ts";
import type { VerbOf } from "../verb.ts";

interface ExportOptions {
  readonly output?: string;
  readonly stage?: string;
  readonly data?: string;
  readonly weights?: string;
  readonly set?: readonly string[];
  readonly runs: string;
  readonly force?: true;
}

export const exportModel: VerbOf<ExportOptions> = {
  name: "export",
  summary: "Write a model as a readable module of PyTorch, with its weights.",
  examples: [
    ["mtl export torch model.mtl --output exported", "model.py, model.safetensors, config.json and README.md"],
    ["mtl export torch runs/model-0001 --output exported", "the same with trained weights"],
  ],
  configure: (command) =>
    addOutputOption(addDataOption(command), "folder", "output folder; replaced if mtl export wrote it")
      .addArgument(new Argument("<format>", "the library that runs the model").choices(["torch"]))
      .argument("<source>", "the .mtl file, a run folder, or its model/ alone")
      .option("--stage <name>", "stage whose weights and params the model has; by default the last one")
      .option("--weights <file>", "a .safetensors file with the weights")
      .option("--set <name=value>", "set a param; may be repeated", collect)
      .option("--runs <folder>", "folder of run folders, from which a stage of an .mtl file may start", "runs")
      .option("--force", "replace any folder at --output"),
  async run(session, [, source = ""], { output, force, set, runs, weights, data, stage }) {
    const { cwd } = session.io;
    const [{ exportTorch }, { isFolder }, { parseSettings, requireProgram }] = await Promise.all([
      import("../../runtime/export/torch/export-torch.ts"),
      import("../../runtime/export/compile-source.ts"),
      import("../compile-specification.ts"),
    ]);
    const path = resolve(cwd, source);
    const folder = resolve(cwd, requireOutput(output));
    const { tasks, parameters } = await exportTorch(folder, {
      ...(isFolder(path)
        ? { source: path, ...given("set", set && parseSettings(set)) }
        : { source: requireProgram(source, { session, ...given("set", set) }) }),
      ...given("weights", weights === undefined ? undefined : resolve(cwd, weights)),
      ...given("data", data === undefined ? undefined : resolve(cwd, data)),
      ...given("stage", stage),
      runs: resolve(cwd, runs),
      onNote: session.note,
      replace: force ? "anything" : "own",
    });
    const shown = relative(cwd, folder) || ".";
    session.print(`${Object.keys(tasks).join(", ")}: ${parameters} parameters`);
    session.note(`${shown}/README.md shows how to use ${shown}/model.py.`);
    return 0;
  },
};
