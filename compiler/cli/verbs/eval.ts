import { relative, resolve } from "node:path";
import { Option } from "commander";
import { type Split, splitNames } from "../../../runtime/data/data.ts";
import { renderConfusion } from "../confusion.ts";
import { addDataOption, addEngineOptions, type EngineOptions, given } from "../options.ts";
import { renderResults } from "../results.ts";
import type { VerbOf } from "../verb.ts";

interface EvalOptions extends EngineOptions {
  readonly split: Split;
  readonly data?: string;
  readonly checkpoint?: string;
  readonly json?: true;
}

// `eval` is no name that a strict module may bind.
export const evaluateRun: VerbOf<EvalOptions> = {
  name: "eval",
  summary: "Measure a trained run on a split of its data, and show which classes it mistakes for which.",
  examples: [
    ["mtl eval runs/model-0001", "the best checkpoint on the test split"],
    ["mtl eval runs/model-0001 --split validation --json", "for another program"],
  ],
  configure: (command) =>
    addDataOption(addEngineOptions(command))
      .argument("<run>", "the run folder")
      .addOption(new Option("--split <split>", "which rows").choices(splitNames).default("test"))
      .option("--checkpoint <name>", "best, as by default, last, or a name such as step-000500; best and last are of each task where the run forked")
      .option("--json", "print an array of values instead of a table"),
  async run(session, [run = ""], { split, data, checkpoint, json, engine, threads }) {
    const { evaluate } = await import("../../../runtime/index.ts");
    const results = await evaluate(resolve(session.io.cwd, run), split, { onNote: session.note, ...given("data", data === undefined ? undefined : resolve(session.io.cwd, data)), ...given("checkpoint", checkpoint), ...given("engine", engine), ...given("threads", threads) });
    if (json) {
      session.print(`${JSON.stringify(results, undefined, 2)}\n`);
      return 0;
    }
    session.print(renderResults(results));
    const { readEvaluations } = await import("../../../runtime/evaluation/evaluation-file.ts");
    const { RunFolder } = await import("../../../runtime/run-folder.ts");
    const folder = new RunFolder(resolve(session.io.cwd, run));
    const evaluations = (await readEvaluations(folder)).filter((each) => each.split === split);
    for (const task of new Set(results.map((each) => each.task))) {
      const confusion = evaluations.find((each) => each.task === task)?.confusion;
      if (confusion) session.print(`\n${renderConfusion(task, confusion, session.io.stdout.columns ?? 80)}`);
    }
    if (results.length > 0) session.note(`\nThe worst examples are in ${relative(session.io.cwd, folder.evaluations)}.`);
    return 0;
  },
};
