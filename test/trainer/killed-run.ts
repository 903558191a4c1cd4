import { openEngine } from "../../runtime/engines/open-engine.ts";
import { interruptOnSignals } from "../../runtime/train/phase/interruption.ts";
import { exitCodes, UserError } from "../../runtime/user-error.ts";
import { killedStages } from "./killed-stages.ts";
import { tinyProgram } from "./tiny-program.ts";
import { run } from "./tiny-run.ts";

/** A process that trains in the folder that it is given, tells each step on stdout, and can be killed at any moment. */
const [folder = ""] = process.argv.slice(2);
const engine = await openEngine({ engine: "onnx", threads: 1 });
const interruption = interruptOnSignals();
try {
  await run({
    folder,
    engine,
    program: tinyProgram(killedStages),
    interrupt: interruption.signal,
    observer: { onStep: ({ stage, step }) => process.stdout.write(`${stage} ${step}\n`) },
  });
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  process.exitCode = exitCodes[error.kind];
} finally {
  interruption.stop();
  await engine.dispose();
}
