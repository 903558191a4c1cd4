import { expect } from "vitest";
import { type Inspected, inspect, seeded } from "../elaborate/harness.ts";
import { type Matrix, type Weights, matrix } from "./oracle.ts";

export const inputs = `model numbers
modality x: tensor(3, 4)
modality y: tensor(2, 4)
modality v: tensor(4)
modality picture: image(5, 6, 2)
modality words: text(max_length: 4, tokenizer: characters(20), segments: 2)
`;

export interface Case extends Inspected {
  readonly given: (name: string) => readonly number[];
  readonly byName: Weights;
}

/** A specification of one row, what it was given, and its streams. */
export function numbers(
  body: string,
  settings: Parameters<typeof inspect>[1] = {},
): Case & { readonly values: Readonly<Record<string, readonly number[]>> } {
  const inspected = inspect(`${inputs}${body}`, { batch: 1, ...settings });
  const all = seeded(inspected.graph);
  const given = (name: string): readonly number[] => Array.from(all.get(name) ?? []);
  const columns = (name: string): number =>
    inspected.graph.inputs.find((input) => input.name === name)?.value.shape.at(-1) ?? 1;
  return {
    ...inspected,
    values: inspected.run(),
    given,
    byName: { vector: given, matrix: (name) => matrix(given(name), columns(name)) },
  };
}

export function close(actual: readonly number[] | undefined, expected: Matrix): void {
  const flat = expected.flat();
  expect(actual?.length).toBe(flat.length);
  for (const [index, value] of flat.entries())
    expect(Math.abs((actual?.[index] ?? Number.NaN) - value)).toBeLessThan(1e-7 * Math.max(1, Math.abs(value)));
}
