import type { SmokeStage } from "../../runtime/sanity/smoke.ts";
import { exitCodes } from "../../runtime/user-error.ts";
import type { CompiledFile } from "../compile-specification.ts";
import { addEngineOptions, collect, type EngineOptions, given, wholeNumber } from "../options.ts";
import type { VerbOf } from "../verb.ts";

interface SmokeVerbOptions extends EngineOptions {
  readonly steps: number;
  readonly seed: number;
  readonly set?: readonly string[];
}

export const smoke: VerbOf<SmokeVerbOptions> = {
  name: "smoke",
  summary: "Train a few steps on synthetic data, to find trainable weights without a gradient. Needs no data.",
  examples: [
    ["mtl smoke model.mtl", "three steps of every stage"],
    ["mtl smoke model.mtl --steps 10 --set width=32", "ten steps, with another param"],
  ],
  configure: (command) =>
    addEngineOptions(command)
      .argument("<specification>", "the .mtl file")
      .option("--steps <number>", "updates of each stage", wholeNumber({ least: 1 }), 3)
      .option("--seed <number>", "seed of data and weights", wholeNumber({ least: 0 }), 1)
      .option("--set <name=value>", "set a param, or an option by its path (fit.batch=32); may be repeated", collect),
  async run(session, [file = ""], { steps, seed, set, engine, threads }) {
    const [{ requireProgram }, runtime, { renderSmoke, describeWeight }] = await Promise.all([
      import("../compile-specification.ts"),
      import("../../runtime/sanity/smoke.ts"),
      import("../smoke-report.ts"),
    ]);
    const specification: CompiledFile = requireProgram(file, { session, ...given("set", set) });
    const stages = await runtime.smoke({
      specification,
      steps,
      seed,
      onStage: (stage) => session.note(`stage ${stage}`),
      ...given("engine", engine),
      ...given("threads", threads),
    });
    session.print(renderSmoke(stages));
    const lines = [
      ...problems(stages, "untrained", `receives no gradient in ${steps} steps`),
      ...problems(stages, "notFinite", "has a gradient that is not finite"),
    ];
    for (const { weight, text } of lines)
      session.warn(
        `${session.paint.stderr("error", "error")}: ${describeWeight(weight, specification, session.io.cwd)} ${text}.`,
      );
    return lines.length === 0 ? 0 : exitCodes.run_failed;
  },
};

function problems(stages: readonly SmokeStage[], kind: "untrained" | "notFinite", text: string) {
  return stages.flatMap((stage) => stage[kind].map((weight) => ({ weight, text: `${text} of stage ${stage.stage}` })));
}
