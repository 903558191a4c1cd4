import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { type MeasuredValue, type TrainOptions, type ValidationEvent, train } from "../../runtime/index.ts";

const examples = join(packageRoot(), "examples");

/** A specification with changes to its text. */
export interface Variant {
  /** A name for the specification and the run, unique in a seed of the experiment. */
  readonly name: string;
  /** The path of the original specification in `examples`: an example (`ca_mtl.mtl`), or the experiment's own. */
  readonly specification: string;
  /** Texts of the original and their replacements. The original must contain each. */
  readonly changes?: readonly (readonly [was: string, is: string])[];
  /** Values of params, and the limit of updates of each stage. */
  readonly options?: Pick<TrainOptions, "set" | "steps">;
  readonly seed: number;
}

export interface Outcome {
  /** The folder of the run. */
  readonly folder: string;
  /** Seconds of wall-clock time, from reading the data to the last evaluation. */
  readonly seconds: number;
  readonly validations: readonly ValidationEvent[];
  /** Metrics of the best checkpoint of the last stage, on validation and test. */
  readonly results: readonly MeasuredValue[];
}

/** Writes the text of the specification that a variant trains. */
export async function variantText({ specification, changes = [] }: Variant): Promise<string> {
  let text = await readFile(join(examples, specification), "utf8");
  for (const [was, is] of changes) {
    if (!text.includes(was)) throw new Error(`${specification} does not say "${was}"`);
    text = text.replaceAll(was, is);
  }
  return text;
}

/** Trains on one thread. The specification, its data and the run are kept in `folder`. */
export async function trainVariant(variant: Variant, folder: string): Promise<Outcome> {
  const { name, seed, options } = variant;
  const text = await variantText(variant);
  const path = join(folder, `${name}-${seed}.mtl`);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  // A specification cannot read files outside its folder, so its data and the pretrained encoder are copied there.
  for (const [, data = ""] of text.matchAll(/"(data\/\w+|base)\//gu))
    await cp(join(examples, data), join(folder, data), { recursive: true, force: false });
  const validations: ValidationEvent[] = [];
  const began = performance.now();
  const end = await train({
    specification: path,
    runs: folder,
    name: `${name}-${seed}`,
    seed,
    threads: 1,
    tensorboard: false,
    observer: { onValidation: (event) => validations.push(event) },
    ...options,
  });
  return { ...end, seconds: (performance.now() - began) / 1000, validations };
}
