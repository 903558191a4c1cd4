import { basename, relative, resolve } from "node:path";
import { Argument } from "commander";
import { addDataOption, addOutputOption, collect, given, requireOutput } from "../options.ts";
import { shellWord } from "../../runtime/shell-words.ts";
import { UserError } from "../../runtime/user-error.ts";
import type { VerbOf } from "../verb.ts";

interface ExportOptions {
  readonly output?: string;
  readonly stage?: string;
  readonly data?: string;
  readonly weights?: string;
  readonly set?: readonly string[];
  readonly runs: string;
  readonly train?: true;
  readonly raw?: true;
  readonly force?: true;
}

export const exportModel: VerbOf<ExportOptions> = {
  name: "export",
  summary: "Write a model as a readable module of PyTorch, with its weights.",
  examples: [
    ["mtl export torch model.mtl --output exported", "model.py, model.safetensors, config.json and README.md"],
    ["mtl export torch runs/model-0001 --output exported", "the same with trained weights"],
    ["mtl export torch model.mtl --train --output exported", "and train.py, with the features of the data"],
  ],
  configure: (command) =>
    addOutputOption(addDataOption(command), "folder", "output folder; replaced if mtl export wrote it")
      .addArgument(new Argument("<format>", "the library that runs the model").choices(["torch"]))
      .argument("<source>", "the .mtl file, a run folder, or its model/ alone")
      .option("--stage <name>", "stage whose weights and params the model has; by default the last one")
      .option("--weights <file>", "a .safetensors file with the weights")
      .option("--set <name=value>", "set a param; may be repeated", collect)
      .option("--runs <folder>", "folder of run folders, from which a stage of an .mtl file may start", "runs")
      .option("--train", "also what trains it: train.py, and the features of the data; see docs/pytorch.md")
      .option("--raw", "with --train: leave out the inputs, which train.py then reads from the tables")
      .option("--force", "replace any folder at --output"),
  async run(session, [, source = ""], { output, force, set, runs, weights, data, stage, train, raw }) {
    const { cwd } = session.io;
    if (raw && !train) throw new UserError("usage", "`--raw` is about the data of a training.", "Add --train.");
    const [exported, { isFolder }, { parseSettings, requireProgram }] = await Promise.all([
      train
        ? import("../../runtime/export/torch/export-with-training.ts").then((module) => module.exportWithTraining)
        : import("../../runtime/export/torch/export-torch.ts").then((module) => module.exportTorch),
      import("../../runtime/export/compile-source.ts"),
      import("../compile-specification.ts"),
    ]);
    const path = resolve(cwd, source);
    const folder = resolve(cwd, requireOutput(output));
    const { tasks, parameters } = await exported(folder, {
      ...(isFolder(path)
        ? { source: path, ...given("set", set && parseSettings(set)) }
        : { source: requireProgram(source, { session, ...given("set", set) }) }),
      ...given("weights", weights === undefined ? undefined : resolve(cwd, weights)),
      ...given("data", data === undefined ? undefined : resolve(cwd, data)),
      ...given("stage", stage),
      ...(raw ? { inputs: "raw" as const } : {}),
      runs: resolve(cwd, runs),
      onNote: session.note,
      replace: force ? "anything" : "own",
    });
    const shown = relative(cwd, folder) || ".";
    session.print(`${Object.keys(tasks).join(", ")}: ${parameters} parameters`);
    session.note(`${shown}/README.md shows how to use ${shown}/model.py.`);
    if (train)
      session.note(
        `To train it: python ${shellWord(`${shown}/train.py`)}${raw ? " --raw FOLDER-OF-THE-DATA" : ""} --output ${shellWord(`runs/${basename(folder)}`)}`,
      );
    return 0;
  },
};
