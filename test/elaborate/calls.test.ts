import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { createReporter } from "../../compiler/diagnostics/reporter.ts";
import type { Call } from "../../compiler/elaborate/calls.ts";
import { elaborateForward } from "../../compiler/elaborate/forward.ts";
import type { Node } from "../../compiler/graph/graph.ts";
import { type Program, compileProgram } from "../../compiler/program.ts";
import { createNodeHost } from "../../runtime/files/node-host.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";

const folder = join(packageRoot(), "examples");
const examples = readdirSync(folder).filter((name) => name.endsWith(".mtl"));

interface Made {
  readonly calls: readonly Call[];
  readonly nodes: readonly Node[];
}

function madeOf(program: Program): readonly Made[] {
  return Object.keys(program.specification.tasks).map((task) => {
    const { overrides } = program;
    const request = { task, mode: "train", batch: 2, overrides, reporter: createReporter(), calls: "calls" } as const;
    const { elaboration, forward } = elaborateForward(program, request);
    return { calls: elaboration.calls.all, nodes: forward?.graph.nodes ?? [] };
  });
}

describe.each(examples)("in %s", (name) => {
  let made: readonly Made[] = [];
  beforeAll(() => {
    const { program } = compileProgram({ entry: join(folder, name), host: createNodeHost(), until: "everything" });
    made = program ? madeOf(program) : [];
    expect(made.length).toBeGreaterThan(0);
  });

  test("a node says it is of a call that was open when it was emitted, and of its path", () => {
    const wrong = made.flatMap(({ calls, nodes }) =>
      nodes.filter((node, index) => {
        if (node.origin?.call === undefined) return node.origin === undefined;
        const call = calls[node.origin.call];
        return (
          !call ||
          index < call.nodes.first ||
          index >= call.nodes.end ||
          !`${node.origin.path}.`.startsWith(`${call.path}.`)
        );
      }),
    );
    expect(wrong.map(({ op, origin }) => `${op} ${origin?.path}`)).toEqual([]);
  });

  test("a node is of the innermost call that was open, or of a declaration that this call was the first to read", () => {
    for (const { calls, nodes } of made) {
      const innermost: (number | undefined)[] = nodes.map(() => undefined);
      for (const { id, nodes: own } of calls) innermost.fill(id, own.first, own.end);
      const others = nodes.filter((node, index) => node.origin?.call !== innermost[index]);
      const isOutside = ({ origin }: Node): boolean =>
        origin?.call === undefined || calls[origin.call]?.parent === undefined;
      expect(others.filter((node) => !isOutside(node)).map(({ op, origin }) => `${op} ${origin?.path}`)).toEqual([]);
    }
  });

  test("calls are a tree: a call is within its parent, and has all of its arguments and its result", () => {
    for (const { calls } of made) {
      for (const { id, parent, nodes, result, arguments: values } of calls) {
        const outer = parent === undefined ? undefined : calls[parent];
        expect(parent === undefined || parent < id).toBe(true);
        if (outer) expect(outer.nodes.first <= nodes.first && nodes.end <= outer.nodes.end).toBe(true);
        expect(result.kind).not.toBe("poison");
        expect([...values.values()].filter(({ kind }) => kind === "poison")).toEqual([]);
      }
    }
  });
});
