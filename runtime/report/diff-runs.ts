import type { RunRecord } from "./run-record.ts";

/** One thing that two runs have otherwise; a side that lacks it is undefined. */
export interface Difference {
  readonly about: "specification" | "weight" | "circumstance" | "result";
  /** `stages.fit.optimizer.rate`, `seen.transformer.0.ffn.up.kernel`, `species accuracy test`. */
  readonly name: string;
  readonly left: string | undefined;
  readonly right: string | undefined;
}

type Facts = ReadonlyMap<string, string>;

/** What differs between two runs: in the specification with every default, in the weights, in how they ran, and in what came out. */
export function diffRuns(left: RunRecord, right: RunRecord): readonly Difference[] {
  const compared: readonly (readonly [Difference["about"], (run: RunRecord) => Facts])[] = [
    ["specification", ({ program }) => leaves(program.specification)],
    ["weight", ({ weights }) => new Map([...weights].map(([name, shape]) => [name, `[${shape.join(" × ")}]`]))],
    ["circumstance", circumstances],
    ["result", ({ results }) => new Map(results.map(({ task, name, split, value }) => [`${task} ${name} ${split}`, value === null ? "not defined" : value.toFixed(4)]))],
  ];
  return compared.flatMap(([about, factsOf]) => differences(about, factsOf(left), factsOf(right)));
}

function circumstances({ lock, steps }: RunRecord): Facts {
  const { mtl, node, engine, threads, seeds, data } = lock;
  return leaves({ mtl, node, engine, threads, steps, seeds, data });
}

function differences(about: Difference["about"], left: Facts, right: Facts): readonly Difference[] {
  const names = [...new Set([...left.keys(), ...right.keys()])];
  return names.flatMap((name) => (left.get(name) === right.get(name) ? [] : [{ about, name, left: left.get(name), right: right.get(name) }]));
}

/** The plain values in a tree of objects and lists by path; members of a list that have a name go by it, so that an added stage moves no other. */
function leaves(value: unknown, path = ""): Facts {
  if (typeof value !== "object" || value === null) return new Map([[path, String(value)]]);
  const entries = Array.isArray(value) ? value.map((item, index): [string, unknown] => [nameOf(item) ?? String(index), item]) : Object.entries(value);
  return new Map(entries.flatMap(([key, inner]) => [...leaves(inner, path === "" ? key : `${path}.${key}`)]));
}

function nameOf(value: unknown): string | undefined {
  return typeof value === "object" && value !== null && "name" in value && typeof value.name === "string" ? value.name : undefined;
}
