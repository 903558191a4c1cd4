import { resolve } from "node:path";
import { Option } from "commander";
import type { Split } from "../../../runtime/index.ts";
import { addEngineOptions, type EngineOptions, given } from "../options.ts";
import { renderResults } from "../results.ts";
import type { VerbOf } from "../verb.ts";

const splits: readonly Split[] = ["train", "validation", "test"];

interface EvalOptions extends EngineOptions {
  readonly split: Split;
  readonly checkpoint?: string;
  readonly json?: true;
}

// `eval` is no name that a strict module may bind.
export const evaluateRun: VerbOf<EvalOptions> = {
  name: "eval",
  summary: "Measure a trained run on a split of its data.",
  examples: [
    ["mtl eval runs/model-0001", "the best checkpoint on the test split"],
    ["mtl eval runs/model-0001 --split validation --json", "for another program"],
  ],
  configure: (command) =>
    addEngineOptions(command)
      .argument("<run>", "the run folder")
      .addOption(new Option("--split <split>", "which rows").choices(splits).default("test"))
      .option("--checkpoint <name>", "step-000500, say; the best by default")
      .option("--json", "print an array of values instead of a table"),
  async run(session, [run = ""], { split, checkpoint, json, engine, threads }) {
    const { evaluate } = await import("../../../runtime/index.ts");
    const results = await evaluate(resolve(session.io.cwd, run), split, { onNote: session.note, ...given("checkpoint", checkpoint), ...given("engine", engine), ...given("threads", threads) });
    session.print(json ? `${JSON.stringify(results, undefined, 2)}\n` : renderResults(results));
    return 0;
  },
};
