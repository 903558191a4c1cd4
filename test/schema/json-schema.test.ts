import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { resolvedSpecificationSchema } from "../../compiler/schema/json-schema.ts";
import { parseResolvedSpecification } from "../../compiler/schema/parse-resolved.ts";
import { expectCurrent } from "./golden-file.ts";
import { specification } from "./resolved-values.ts";

function roundTrip(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** Paths of every object that stands for a declaration or a call: those are closed. */
function closedObjects(value: unknown): Record<string, unknown>[] {
  if (typeof value !== "object" || value === null) return [];
  const nested = Object.entries(value)
    .filter(([key]) => !["with", "params"].includes(key))
    .flatMap(([, child]) => closedObjects(child));
  const record = value as Record<string, unknown>;
  return "kind" in record || ("name" in record && typeof record["name"] === "string") ? [record, ...nested] : nested;
}

describe("resolved specifications read back from JSON", () => {
  test("are accepted whatever values their options have", () => {
    fc.assert(
      fc.property(specification(), (value) => {
        expect(parseResolvedSpecification(roundTrip(value))).toHaveProperty("specification");
      }),
      { numRuns: 60 },
    );
  });

  test("are refused with an option that nobody declared, in any of their objects", () => {
    fc.assert(
      fc.property(specification(), fc.nat(), (value, pick) => {
        const copy = roundTrip(value);
        const objects = closedObjects(copy);
        Object.assign(objects[pick % objects.length] ?? {}, { nobody_declared: 1 });
        expect(parseResolvedSpecification(copy)).toHaveProperty("problems");
      }),
      { numRuns: 60 },
    );
  });

  test("are refused by name of the place", () => {
    const [value] = fc.sample(specification(), { numRuns: 1, seed: 1 });
    const result = parseResolvedSpecification({ ...value, language: 2 });
    expect("problems" in result && result.problems.join("\n")).toMatch(/language/);
  });
});

test("maps that were written as objects before are read in the order that these had", () => {
  const value = fc.sample(specification(), { numRuns: 1, seed: 1 })[0] as { readonly params: object };
  const modalities = {
    ward: {
      kind: "table",
      numeric: [],
      categorical: JSON.parse('{ "10": 3, "b": 1, "2": 4 }') as unknown,
      missing: [],
    },
  };
  const result = parseResolvedSpecification({ ...value, modalities, params: { rename: { a: 1 } } });
  expect("specification" in result && [result.specification.modalities, result.specification.params]).toEqual([
    {
      ward: {
        kind: "table",
        numeric: [],
        categorical: [
          ["2", 4],
          ["10", 3],
          ["b", 1],
        ],
        missing: [],
      },
    },
    { rename: { a: 1 } },
  ]);
});

test("the exported JSON Schema is current", () => {
  expectCurrent(
    "docs/schemas/resolved-specification.json",
    `${JSON.stringify(resolvedSpecificationSchema(), undefined, 2)}\n`,
  );
});

test("options are read by their earlier names, and what was written under today's stays", () => {
  const value = fc.sample(specification(), { numRuns: 1, seed: 1 })[0] as object;
  const text = {
    kind: "text",
    tokenizer: { kind: "bytes", size: 262 },
    segments: 1,
    separators: "between",
    lowercase: false,
  };
  const modalities = { before: { ...text, most: 24 }, now: { ...text, max_length: 48 } };
  const result = parseResolvedSpecification({ ...value, modalities, params: { most: 3 } });
  expect("specification" in result && [result.specification.modalities, result.specification.params]).toEqual([
    { before: { ...text, max_length: 24 }, now: { ...text, max_length: 48 } },
    { most: 3 },
  ]);
});
