import { describe, expect, it } from "vitest";
import { caseGraphs } from "./cases.ts";
import { interpret } from "./reference.ts";

describe("shape rules", () => {
  // `interpret` throws where a result's type is not the inferred one.
  it.each(caseGraphs.map((each) => [each.name, each] as const))("%s", (_, { graph, inputs }) => {
    const outputs = interpret(graph, inputs);
    expect([...outputs.values()].flatMap((values) => [...values]).every(Number.isFinite)).toBe(true);
  });
});
