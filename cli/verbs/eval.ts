import { relative, resolve } from "node:path";
import { Option } from "commander";
import { type Split, splitNames } from "../../runtime/data/data.ts";
import { renderConfusion } from "../confusion.ts";
import type { ScoreOptions } from "../../runtime/index.ts";
import { addEngineOptions, type EngineOptions, given } from "../options.ts";
import { ownNote, renderResults } from "../results.ts";
import type { Session, VerbOf } from "../verb.ts";

interface EvalOptions extends EngineOptions {
  readonly split: Split;
  readonly data?: string;
  readonly checkpoint?: string;
  readonly stage?: string;
  readonly decode?: string;
  readonly json?: true;
}

// A strict module cannot bind the name `eval`.
export const evaluateRun: VerbOf<EvalOptions> = {
  name: "eval",
  summary: "Measure a trained run on a split of its data, and show which classes it confuses.",
  examples: [
    ["mtl eval runs/model-0001", "the best checkpoint on the test split"],
    ["mtl eval runs/model-0001 --data new.csv", "on a labelled table outside its data"],
    ["mtl eval runs/model-0001 --split validation --json", "for another program"],
  ],
  configure: (command) =>
    addEngineOptions(command)
      .argument("<run>", "the run folder")
      .addOption(new Option("--split <split>", "which rows").choices(splitNames).default("test"))
      .option(
        "--checkpoint <name>",
        "best (the default), last, or a name such as step-000500; if the run forked, best and last are those of each task",
      )
      .option(
        "--data <path>",
        "a labelled table, a pattern of tables or a folder of classes, of which all rows are measured; or the root of the paths of the run's data sets, by default that of MTL_DATA, else the folder of the run",
      )
      .option("--stage <name>", "measure the tasks as they were when this stage ended; by default the last one")
      .option(
        "--decode <choice>",
        'the way to choose the tokens of generated texts, as a specification writes it: greedy, beam(width: 8), sample(temperature: 0.8), greedy(among: ["yes", "no"]); by default that of the specification',
      )
      .option("--json", "print an array of values instead of a table"),
  async run(session, [run = ""], { split, data, checkpoint, stage, decode, json, engine, threads }) {
    const { evaluate, isScoredTable } = await import("../../runtime/index.ts");
    const folderOrTable = data === undefined ? undefined : resolve(session.io.cwd, data);
    if (folderOrTable !== undefined && (await isScoredTable(resolve(session.io.cwd, run), folderOrTable))) {
      return score(session, resolve(session.io.cwd, run), folderOrTable, {
        json: json ?? false,
        ...given("checkpoint", checkpoint),
        ...given("stage", stage),
        ...given("decode", decode),
        ...given("decode", decode),
        ...given("engine", engine),
        ...given("threads", threads),
      });
    }
    const results = await evaluate(resolve(session.io.cwd, run), split, {
      onNote: session.note,
      ...given("data", folderOrTable),
      ...given("checkpoint", checkpoint),
      ...given("stage", stage),
      ...given("decode", decode),
      ...given("engine", engine),
      ...given("threads", threads),
    });
    if (json) {
      session.emit(`${JSON.stringify(results, undefined, 2)}\n`);
      return 0;
    }
    session.print(renderResults(results));
    if (results.some(({ own }) => own !== undefined)) session.note(`\n${ownNote}`);
    // An earlier stage and another decoding are only measured; no files are written.
    if (stage !== undefined || decode !== undefined) return 0;
    const { readEvaluations } = await import("../../runtime/evaluation/evaluation-file.ts");
    const { RunFolder } = await import("../../runtime/run/run-folder.ts");
    const folder = new RunFolder(resolve(session.io.cwd, run));
    const evaluations = (await readEvaluations(folder)).filter((each) => each.split === split);
    for (const task of new Set(results.map((each) => each.task))) {
      const confusion = evaluations.find((each) => each.task === task)?.confusion;
      if (confusion) session.print(`\n${renderConfusion(task, confusion, session.io.stdout.columns ?? 80)}`);
    }
    if (results.length > 0)
      session.note(`\nThe worst examples are in ${relative(session.io.cwd, folder.evaluations)}.`);
    return 0;
  },
};

/** Measures a table that is not the run's own data; no files are written. */
async function score(
  session: Session,
  run: string,
  table: string,
  { json, ...options }: ScoreOptions & { readonly json: boolean },
): Promise<number> {
  const { scoreTable } = await import("../../runtime/index.ts");
  const { values, tasks } = await scoreTable(run, table, { ...options, onNote: session.note });
  if (json) {
    session.emit(
      `${JSON.stringify(
        values.map(({ split: _split, ...value }) => value),
        undefined,
        2,
      )}\n`,
    );
    return 0;
  }
  session.print(renderResults(values));
  for (const { task, confusion } of tasks)
    if (confusion) session.print(`\n${renderConfusion(task, confusion, session.io.stdout.columns ?? 80)}`);
  return 0;
}
