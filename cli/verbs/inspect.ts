import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { Option } from "commander";
import { type Split, splitNames } from "../../runtime/data/data.ts";
import type { ExampleInput, StreamInspection } from "../../runtime/index.ts";
import { UserError } from "../../runtime/user-error.ts";
import { addDataOption, addEngineOptions, collect, type EngineOptions, given, wholeNumber } from "../options.ts";
import type { VerbOf } from "../verb.ts";

interface InspectVerbOptions extends EngineOptions {
  readonly row: number;
  readonly split: Split;
  readonly task?: string;
  readonly stage?: string;
  readonly data?: string;
  readonly set?: readonly string[];
  readonly runs: string;
  readonly json?: true;
}

export const inspect: VerbOf<InspectVerbOptions> = {
  name: "inspect",
  summary: "Run one example through the model and show a named stream: shape, statistics, values.",
  examples: [
    ["mtl inspect runs/model-0001 both", "for the first training row, with the run's best weights"],
    ["mtl inspect model.mtl both --row 7 --split validation", "with the initial weights of its last stage"],
    ["mtl inspect runs/model-0001 both.words --json", "one result of a fusion, with all its values"],
  ],
  configure: (command) =>
    addDataOption(addEngineOptions(command))
      .argument("<subject>", "a run folder, or an .mtl file")
      .argument("<stream>", "a modality, a stream or a fusion")
      .option("--row <number>", "index among the task's rows in the split, from 0", wholeNumber({ least: 0 }), 0)
      .addOption(new Option("--split <split>", "split of the row").choices(splitNames).default("train"))
      .option("--task <name>", "task whose rows and graph are used; by default the first with the stream")
      .option(
        "--stage <name>",
        "use the weights as they were when this stage of a run ended, or its initial weights; by default the last one",
      )
      .option(
        "--set <name=value>",
        "set a param of an .mtl file, or an option by its path (fit.batch=32); may be repeated",
        collect,
      )
      .option("--runs <folder>", "folder of run folders, from which a stage may start", "runs")
      .option("--json", "print all values, row by row, and the statistics"),
  async run(session, [subject = "", stream = ""], { row, split, task, stage, data, set, runs, json, engine, threads }) {
    const [{ inspectStream }, { requireProgram }] = await Promise.all([
      import("../../runtime/index.ts"),
      import("../compile-specification.ts"),
    ]);
    const path = resolve(session.io.cwd, subject);
    const isRun = existsSync(join(path, "run.lock.json"));
    if (isRun && set !== undefined)
      throw new UserError(
        "usage",
        "--set is for a specification; a run already has its params.",
        "Remove it, or inspect the .mtl file.",
      );
    const of = isRun ? path : requireProgram(subject, { session, ...given("set", set) });
    const seen = await inspectStream(of, {
      stream,
      row,
      split,
      runs: resolve(session.io.cwd, runs),
      onNote: session.note,
      ...given("task", task),
      ...given("stage", stage),
      ...given("data", data === undefined ? undefined : resolve(session.io.cwd, data)),
      ...given("engine", engine),
      ...given("threads", threads),
    });
    session[json ? "emit" : "print"](
      json ? `${JSON.stringify({ ...seen, values: Array.from(seen.values) }, undefined, 2)}\n` : await render(seen),
    );
    return 0;
  },
};

async function render({
  task,
  split,
  row,
  weights,
  stream,
  kind,
  dtype,
  shape,
  statistics,
  computedFor,
  values,
  example,
}: StreamInspection): Promise<string> {
  const [{ showType }, { abridgedValues }] = await Promise.all([
    import("../../compiler/graph/graph.ts"),
    import("../abridged-values.ts"),
  ]);
  const { min, mean, max, zeros, notFinite } = statistics;
  const show = dtype === "float32" ? (value: number) => value.toPrecision(4) : String;
  return [
    `${stream}: ${kind}, ${showType({ dtype, shape })}, of task ${task} with ${weights} weights`,
    ...(computedFor.length > 1 ? [`computed once for ${computedFor.join(", ")} in training`] : []),
    `example: ${split} row ${row}, ${example.file}:${example.row}`,
    ...example.inputs.map((input) => `  ${input.modality}: ${describeInput(input)}`),
    `min ${min.toPrecision(4)}, mean ${mean.toPrecision(4)}, max ${max.toPrecision(4)}, zeros ${(100 * zeros).toFixed(1)} %, not finite ${notFinite}`,
    abridgedValues(values, shape, show),
    "",
  ].join("\n");
}

function describeInput({ texts, files }: ExampleInput): string {
  return [...texts, ...files.map((file) => (file.startsWith("data:") ? "a picture in its table" : file))].join("; ");
}
