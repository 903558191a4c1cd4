import { shapeOf } from "../elaborate/value.ts";
import type { Instance } from "./model-emitter.ts";
import { Names } from "./python-names.ts";
import { pythonNumber } from "../lower/torch/sources.ts";

/** The number of each slot of a text: one for all uses, or an argument by its name. */
export type Column =
  | { readonly kind: "number"; readonly text: string }
  | { readonly kind: "argument"; readonly name: string; readonly slot: number; readonly type: "int" | "float" };

/** Numbers that are the same in all uses of a text are written in it; others are arguments, equal ones the same. */
export function columnsOf(instances: readonly Instance[], taken: Iterable<string>): readonly Column[] {
  const [first] = instances;
  const names = new Names(taken);
  const byValues = new Map<string, Column>();
  return (first?.numbers ?? []).map(({ hint }, slot): Column => {
    const values = instances.map(({ numbers }) => numbers[slot]?.value ?? 0);
    const [value = 0] = values;
    if (values.every((each) => each === value)) return { kind: "number", text: pythonNumber(value) };
    const key = values.join(" ");
    const known = byValues.get(key);
    if (known) return known;
    const type = values.every((each) => Number.isInteger(each)) ? "int" : "float";
    const name = names.fresh(argumentNamed(instances, values) ?? hint);
    const column: Column = { kind: "argument", name, slot, type };
    byValues.set(key, column);
    return column;
  });
}

export function argumentsOf(columns: readonly Column[]): readonly (Column & { readonly kind: "argument" })[] {
  const found = columns.filter((column) => column.kind === "argument");
  return [...new Map(found.map((column) => [column.name, column])).values()];
}

/** The name that the block itself has for a number: of an argument, or of the width or length of a stream. */
function argumentNamed(instances: readonly Instance[], values: readonly number[]): string | undefined {
  const known = instances.map(({ call }) => numbersOf(call));
  const names = [...(known[0]?.keys() ?? [])];
  return names.find((name) => known.every((numbers, index) => numbers.get(name) === values[index]));
}

function numbersOf(call: Instance["call"]): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  const streams = new Map<string, number>();
  for (const [name, value] of call?.arguments ?? []) {
    if (value.kind === "number") numbers.set(name, value.value);
    if (value.kind !== "stream") continue;
    const shape = shapeOf(value.stream);
    streams.set(`${name}_width`, shape.at(-1) ?? 0);
    if (shape.length > 1) streams.set(`${name}_length`, shape[0] ?? 0);
  }
  return new Map([...numbers, ...streams]);
}
