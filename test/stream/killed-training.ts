import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { resume, train } from "../../runtime/index.ts";

/** `killed-training.js FOLDER` trains the specification in a folder, or resumes its run, and prints a line a step. */
const [folder = "."] = process.argv.slice(2);
const runs = join(folder, "runs");
const settings = {
  engine: "onnx",
  threads: 1,
  observer: { onStep: ({ step }: { readonly step: number }) => void process.stdout.write(`${step}\n`) },
} as const;
const [begun] = existsSync(runs) ? readdirSync(runs) : [];
await (begun === undefined
  ? train({ specification: join(folder, "model.mtl"), runs, ...settings })
  : resume(join(runs, begun), settings));
