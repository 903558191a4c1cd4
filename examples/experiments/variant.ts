import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { packageRoot } from "../../compiler/host.ts";
import { type MeasuredValue, type ValidationEvent, train } from "../../runtime/index.ts";

export const examples = join(packageRoot(), "examples");

export interface Variant {
  /** Unique in the experiment: names the specification and the run. */
  readonly name: string;
  /** The example that it is made of, `ca_mtl.mtl`. */
  readonly example: string;
  /** What is written otherwise: each must stand in the example. */
  readonly changes: readonly (readonly [was: string, is: string])[];
  readonly seed: number;
}

export interface Outcome {
  readonly folder: string;
  readonly validations: readonly ValidationEvent[];
  readonly results: readonly MeasuredValue[];
}

/** Trains an example with something written otherwise, on one thread; its specification and its run stay in `folder`. */
export async function trainVariant({ name, example, changes, seed }: Variant, folder: string): Promise<Outcome> {
  let text = await readFile(join(examples, example), "utf8");
  for (const [was, is] of changes) {
    if (!text.includes(was)) throw new Error(`${example} does not say "${was}"`);
    text = text.replaceAll(was, is);
  }
  const path = join(folder, `${name}.mtl`);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  // A specification reads no data outside of its folder.
  for (const [, data = ""] of text.matchAll(/"(data\/\w+)\//gu)) await cp(join(examples, data), join(folder, data), { recursive: true, force: false });
  const validations: ValidationEvent[] = [];
  const end = await train({ specification: path, runs: folder, name, seed, threads: 1, tensorboard: false, observer: { onValidation: (event) => validations.push(event) } });
  return { ...end, validations };
}
