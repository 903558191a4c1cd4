import { resolve } from "node:path";
import { Option } from "commander";
import type { BadRows, CarriedColumns, PredictionFormat, RowPredictions, TrainedModel } from "../../runtime/index.ts";
import {
  formatOfName,
  predictionFormats,
  writePredictionFile,
  writePredictions,
} from "../../runtime/predict/write-predictions.ts";
import { UserError } from "../../runtime/user-error.ts";
import { nearest } from "../../compiler/diagnostics/nearest.ts";
import { addEngineOptions, addOutputOption, collect, type EngineOptions, given } from "../options.ts";
import type { Session, VerbOf } from "../verb.ts";

interface PredictOptions extends EngineOptions {
  readonly task?: string;
  readonly stage?: string;
  readonly input?: readonly string[];
  readonly inputFile?: readonly string[];
  readonly output?: string;
  readonly format?: PredictionFormat;
  readonly badRows: BadRows;
  readonly columns: string;
}

export const predict: VerbOf<PredictOptions> = {
  name: "predict",
  summary: "Predict with a trained run: tables, files or folders in; JSON Lines, CSV or Parquet out.",
  examples: [
    ["mtl predict runs/model-0001 a.png b.png", "a prediction for each file"],
    [
      "mtl predict runs/model-0001 rows.csv --output predicted.csv",
      "one for each row of a table, with its ids and other columns",
    ],
    ["mtl predict runs/model-0001 --input drawing=a.png --input name=smile", "one example of several modalities"],
    ["mtl predict runs/model-0001 --task species < rows.jsonl", "an example on each line"],
  ],
  configure: (command) =>
    addOutputOption(
      addEngineOptions(command),
      "file",
      "where to write, as its name says: .jsonl, .csv or .parquet; stdout by default",
    )
      .argument("<run>", "the run folder, or its model/ alone")
      .argument(
        "[files...]",
        "tables of any format that a data set may have, read by the columns of the model's data sets or by names of modalities; folders of files, patterns, or a file for each example",
      )
      .option(
        "--task <name>",
        "one task, also of an earlier stage; by default those of the last stage, and earlier ones that need no other inputs",
      )
      .option("--stage <name>", "with the weights as they were when this stage ended; by default the last one")
      .option(
        "--input <name=value>",
        "a modality of the one example: a path, a text, or JSON; may be repeated",
        collect,
      )
      .option("--input-file <name=path>", "the same, from a file: the text or the JSON that is in it", collect)
      .addOption(
        new Option("--format <format>", "what to write, whatever the name; JSON Lines by default").choices(
          predictionFormats,
        ),
      )
      .option(
        "--columns <names>",
        "columns that the output carries: others, which no task reads, all, none, or names with commas between",
        "others",
      )
      .addOption(
        new Option(
          "--bad-rows <choice>",
          "rows that cannot be used: leave them out and report them, refuse to go on, or keep them with the reason in place of a prediction",
        )
          .choices(["report", "refuse", "keep"])
          .default("report"),
      ),
  async run(session, [run = "", ...files], options) {
    const { task, stage, input = [], inputFile = [], engine, threads, badRows } = options;
    const [{ load }, { readExamples }] = await Promise.all([
      import("../../runtime/index.ts"),
      import("../read-examples.ts"),
    ]);
    const format = formatOf(options);
    const model = await load(resolve(session.io.cwd, run), {
      folder: session.io.cwd,
      ...given("stage", stage),
      ...given("engine", engine),
      ...given("threads", threads),
    });
    try {
      const source = await readExamples(model, { files, inputs: input, inputFiles: inputFile }, session.io);
      const notes = new BadRowNotes(session);
      const rows = model.predictRows(source, {
        ...(task === undefined ? {} : { tasks: [checkedTask(model, task)] }),
        // Without the one example there is nothing to go on with.
        badRows: "example" in source ? "refuse" : badRows,
        carry: carriedColumns(options.columns),
        onNote: (note) => notes.add(note),
      });
      const count = await write(session, rows, format, options.output);
      notes.end();
      if (count === 0 && notes.count > 0)
        throw new UserError("data", "No example could be used.", "Look at what is said of the first ones.");
      if (count === 0) session.note("There were no examples to predict.");
    } finally {
      await model.dispose();
    }
    return 0;
  },
};

/** How many notes are shown. */
const shown = 5;

/** The first notes as they come; how many there were in the end. */
class BadRowNotes {
  count = 0;
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  add(note: string): void {
    this.count += 1;
    if (this.count <= shown) this.#session.warn(note);
  }

  end(): void {
    if (this.count > shown) this.#session.warn(`… and ${this.count - shown} more like these.`);
  }
}

function formatOf({ output, format }: PredictOptions): PredictionFormat {
  const named = output === undefined ? undefined : formatOfName(output);
  const chosen = format ?? named ?? (output === undefined ? "jsonl" : undefined);
  if (chosen === undefined)
    throw new UserError(
      "usage",
      `The name "${output ?? ""}" does not say what to write.`,
      `End it in .jsonl, .csv or .parquet, or give --format.`,
    );
  if (chosen === "parquet" && output === undefined)
    throw new UserError("usage", "Parquet is not written to stdout.", "Name a file by --output.");
  return chosen;
}

function write(
  session: Session,
  rows: AsyncIterable<RowPredictions>,
  format: PredictionFormat,
  output: string | undefined,
): Promise<number> {
  if (output !== undefined) return writePredictionFile(rows, format, resolve(session.io.cwd, output));
  return writePredictions(rows, format, (text) => session.emit(String(text)));
}

function carriedColumns(written: string): CarriedColumns {
  if (written === "others" || written === "all" || written === "none") return written;
  return written.split(",").map((column) => column.trim());
}

function checkedTask({ tasks }: TrainedModel, task: string): string {
  const names = tasks.map(({ name }) => name);
  if (names.includes(task)) return task;
  const similar = nearest(task, names);
  throw new UserError(
    "usage",
    `The model has no task "${task}".`,
    similar === undefined ? `Its tasks are ${names.join(", ")}.` : `Did you mean "${similar}"?`,
  );
}
