import { readdirSync, readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { registry } from "../../compiler/diagnostics/registry.ts";
import { print as printGraph } from "../../compiler/graph/print.ts";
import { lex } from "../../grammar/lex.ts";
import { fixtures } from "../grammar/support.ts";
import { specificationOf, uses } from "../prelude/uses.ts";
import { compile, forwardOf, sound } from "./harness.ts";
import { specifications } from "./specifications.ts";

const folder = new URL("../../examples/", import.meta.url);
const examples = readdirSync(folder)
  .filter((file) => file.endsWith(".mtl"))
  .map((file) => readFileSync(new URL(file, folder), "utf8"));
const whole = [...examples, ...Object.values(specifications), ...fixtures.map(({ text }) => text)];
const small = Object.values(uses).map(([expression]) => specificationOf(expression));
const codes = new Set(Object.values(registry).map(({ code }) => code));

interface Edit {
  readonly kind: "delete" | "duplicate" | "replace" | "swap";
  readonly at: number;
  readonly other: number;
}
const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom("delete", "duplicate", "replace", "swap"),
  at: fc.nat(),
  other: fc.nat(),
});

/** Numbers and words that replace a token, in addition to the text's own tokens. */
const strangers = [
  "0",
  "-1",
  "1",
  "3",
  "0.5",
  "1e9",
  "10%",
  "none",
  "true",
  '"a"',
  "[]",
  "x",
  "it",
  "task",
  "tasks",
  "training",
  "all",
  "()",
  "{}",
  "optional",
  "norm",
  "concat",
  "per_task",
  "learned(2, 3)",
  "mean",
];

function edited(text: string, edits: readonly Edit[]): string {
  const tokens = lex(text).tokens.map(({ image }) => image);
  for (const { kind, at, other } of edits) {
    const [place, second] = [at % tokens.length, other % tokens.length];
    const pool = [...strangers, ...tokens];
    if (kind === "delete") tokens.splice(place, 1);
    else if (kind === "duplicate") tokens.splice(place, 0, tokens[place] ?? "");
    else if (kind === "replace") tokens[place] = pool[other % pool.length] ?? "";
    else [tokens[place], tokens[second]] = [tokens[second] ?? "", tokens[place] ?? ""];
  }
  return tokens.join(" ");
}

describe.each([
  ["whole specifications", whole],
  ["one block each", small],
])("%s with tokens changed", (_, texts) => {
  test("compile, or get registered diagnostics that lie within a known file; nothing throws", () => {
    const runs = Number(process.env.RUNS ?? 120);
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 3 }), (text, edits) => {
        const { diagnostics, program, sources } = compile(edited(text, edits));
        for (const { code, at, severity } of diagnostics) {
          expect(codes).toContain(code);
          const source = sources.get(at.file);
          expect(source, at.file).toBeDefined();
          expect(at.start).toBeLessThanOrEqual(at.end);
          expect(at.end).toBeLessThanOrEqual(source?.length ?? 0);
          if (severity === "error") expect(program).toBeUndefined();
        }
        if (!program) expect(diagnostics.some(({ severity }) => severity === "error")).toBe(true);
        for (const task of Object.keys(program?.specification.tasks ?? {})) if (program) forwardOf(program, { task });
        for (const { name, tasks } of program?.specification.stages ?? [])
          program?.plan(name).gradients(tasks[0] ?? "");
      }),
      { numRuns: runs, ...(process.env.SEED ? { seed: Number(process.env.SEED) } : {}) },
    );
  });
});

describe.each(Object.entries(specifications))("%s", (_, text) => {
  test("compiled twice gives the very same graphs", () => {
    const graphsOf = (): readonly string[] => {
      const program = sound(text);
      return program.specification.stages.flatMap(({ name, tasks }) =>
        tasks.flatMap((task) => [
          printGraph(program.plan(name).step(task)),
          printGraph(program.plan(name).evaluate(task)),
        ]),
      );
    };
    const graphs = graphsOf();
    expect(graphs.length).toBeGreaterThan(0);
    expect(graphsOf()).toEqual(graphs);
  });
});
