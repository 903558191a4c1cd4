import { resolve } from "node:path";
import { Option } from "commander";
import type {
  BadRows,
  CarriedColumns,
  PredictionFormat,
  RowPredictions,
  TrainedModel,
  WrittenPrediction,
} from "../../runtime/index.ts";
import { formatOfName, predictionFormats } from "../../runtime/predict/prediction-formats.ts";
import { UserError } from "../../runtime/user-error.ts";
import { nearestName } from "../../compiler/diagnostics/nearest.ts";
import { addEngineOptions, addOutputOption, collect, type EngineOptions, given } from "../options.ts";
import { type RankingOptions, addRankingOptions, candidatesOf } from "../ranking.ts";
import type { Session, VerbOf } from "../verb.ts";

interface PredictOptions extends EngineOptions, RankingOptions {
  readonly task?: string;
  readonly stage?: string;
  readonly input?: readonly string[];
  readonly inputFile?: readonly string[];
  readonly output?: string;
  readonly format?: PredictionFormat;
  readonly badRows: BadRows;
  readonly decode?: string;
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
    [
      "mtl predict runs/model-0001 --input name=fox --against drawings.jsonl --top 5",
      "the five rows of a table that match an example best",
    ],
  ],
  configure: (command) =>
    addOutputOption(
      addRankingOptions(addEngineOptions(command)),
      "file",
      "output file, whose name gives the format: .jsonl, .csv or .parquet; stdout by default",
    )
      .argument("<run>", "the run folder, or its model/ alone")
      .argument(
        "[files...]",
        "tables of any format of data sets, with the columns of the model's data sets or the names of modalities; folders of files, patterns, or one file per example",
      )
      .option(
        "--task <name>",
        "one task, which may be of an earlier stage; by default those of the last stage, and earlier ones that need no other inputs",
      )
      .option("--stage <name>", "use the weights as they were when this stage ended; by default the last one")
      .option(
        "--input <name=value>",
        "a modality of a single example: a path, a text, or JSON; may be repeated",
        collect,
      )
      .option("--input-file <name=path>", "the same, with the text or JSON in a file", collect)
      .addOption(
        new Option("--format <format>", "format, independent of the file name; JSON Lines by default").choices(
          predictionFormats,
        ),
      )
      .option(
        "--decode <choice>",
        'the way to choose the tokens of generated texts, as a specification writes it: greedy, beam(width: 8), sample(temperature: 0.8), greedy(among: ["yes", "no"]); by default that of the specification',
      )
      .option(
        "--columns <names>",
        "columns of the input that are copied to the output: others (those that no task reads), all, none, or names separated by commas",
        "others",
      )
      .addOption(
        new Option(
          "--bad-rows <choice>",
          "rows that cannot be used: report them and leave them out, refuse to continue, or keep them with the reason instead of a prediction",
        )
          .choices(["report", "refuse", "keep"])
          .default("report"),
      ),
  async run(session, [run = "", ...files], options) {
    const { task, stage, input = [], inputFile = [], engine, threads, badRows, decode } = options;
    const [{ load }, { hasExamples, readExamples }] = await Promise.all([
      import("../../runtime/model/load.ts"),
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
      const checked = task === undefined ? undefined : checkedTask(model, task);
      const sources = { files, inputs: input, inputFiles: inputFile };
      const isIndexOnly = options.index !== undefined && !hasExamples(sources, session.io);
      const source = isIndexOnly ? undefined : await readExamples(model, sources, session.io);
      const notes = new BadRowNotes(session);
      const onNote = (note: string): void => notes.add(note);
      const request = { ...options, ...given("task", checked), queries: source, onNote };
      const candidates = await candidatesOf(session, model, request, carriedColumns);
      if (!source) return 0;
      const settings = {
        // A single example that cannot be used is refused, because no other rows are left.
        badRows: "example" in source ? "refuse" : badRows,
        carry: carriedColumns(options.columns),
        onNote,
      } as const;
      const rows = candidates
        ? candidates.rankRows(source, { ...settings, ...given("top", options.top) })
        : model.predictRows(source, {
            ...settings,
            ...(checked === undefined ? {} : { tasks: [checked] }),
            ...given("decode", decode),
          });
      const count = await write(session, rows, format, options.output);
      notes.end();
      if (count === 0 && notes.count > 0)
        throw new UserError("data", "No example could be used.", "The first ones are explained above.");
      if (count === 0) session.note("There were no examples to predict.");
    } finally {
      await model.dispose();
    }
    return 0;
  },
};

/** Number of notes that are shown. */
const shown = 5;

/** Prints the first notes as they come, and their total number at the end. */
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
      `The name "${output ?? ""}" has no known ending.`,
      `Use the ending .jsonl, .csv or .parquet, or give --format.`,
    );
  if (chosen === "parquet" && output === undefined)
    throw new UserError("usage", "Parquet is not written to stdout.", "Name a file with --output.");
  return chosen;
}

async function write(
  session: Session,
  rows: AsyncIterable<RowPredictions<WrittenPrediction>>,
  format: PredictionFormat,
  output: string | undefined,
): Promise<number> {
  const { writePredictionFile, writePredictions } = await import("../../runtime/predict/write-predictions.ts");
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
  const similar = nearestName(task, names);
  throw new UserError(
    "usage",
    `The model has no task "${task}".`,
    similar === undefined ? `Its tasks are ${names.join(", ")}.` : `Did you mean "${similar}"?`,
  );
}
