import { createHash } from "node:crypto";
import { appendFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { MeasuredValue } from "../../runtime/index.ts";
import { type Outcome, type Variant, variantText } from "./variant.ts";

export type Train = (variant: Variant) => Promise<Outcome>;

/** One line of `results.jsonl`. */
interface Finished extends Outcome {
  readonly name: string;
  readonly seed: number;
  /** The hash of everything that the training depends on. */
  readonly key: string;
}

/** Trains only the variants that the folder's `results.jsonl` does not have. An interrupted experiment continues with its next training, and a changed one trains what has changed. */
export function trainedOnce(folder: string, train: Train): Train {
  return async (variant) => {
    const key = await keyOf(variant);
    const known = (await finishedIn(folder)).find((each) => each.key === key);
    if (known) return known;
    const outcome = await train(variant);
    const finished: Finished = { name: variant.name, seed: variant.seed, key, ...outcome };
    await mkdir(folder, { recursive: true });
    await appendFile(join(folder, "results.jsonl"), `${JSON.stringify(finished)}\n`);
    return outcome;
  };
}

async function keyOf(variant: Variant): Promise<string> {
  const parts = [await variantText(variant), variant.name, variant.seed, variant.options ?? {}];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

async function finishedIn(folder: string): Promise<readonly Finished[]> {
  const text = await readFile(join(folder, "results.jsonl"), "utf8").catch(() => "");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const finished = JSON.parse(line) as Finished;
      return {
        ...finished,
        results: numbers(finished.results),
        validations: finished.validations.map((event) => ({ ...event, values: numbers(event.values) })),
      };
    });
}

/** Restores NaN, which JSON writes as `null`. */
const numbers = (values: readonly MeasuredValue[]): readonly MeasuredValue[] =>
  values.map((each) => ({
    ...each,
    value: number(each.value),
    ...(each.floor === undefined ? {} : { floor: number(each.floor) }),
  }));
const number = (value: number | null): number => value ?? Number.NaN;
