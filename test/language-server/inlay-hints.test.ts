import { describe, expect, test } from "vitest";
import { codeLensesOf } from "../../language-server/service/code-lenses.ts";
import { type HintKind, inlayHintsOf } from "../../language-server/service/inlay-hints.ts";
import type { Workspace } from "../../language-server/service/workspace.ts";
import { filesOf } from "./files.ts";

const text = `model m
modality words: text(max_length: 12, tokenizer: characters(size: 32))
param width: int = 8
layer read = embed(width) -> norm
stream s = words -> read -> linear(4)
stream q = words -> read
task t { from: mean(s)  head: linear(3)  target: category("k", classes: 3) }
task u { from: mean(s) + mean(q -> linear(4))  head: linear(2)  target: category("l", classes: 2) }
dataset d { path: "a.jsonl"  tasks: [t, u] }
stage warm { optimizer: adamw(rate: 1e-3)  epochs: 1 }
stage fit { optimizer: adamw(rate: 1e-3)  epochs: 1  freeze: ["read.**"]  budget: at_most(parameters: 10) }
`;

/** The text with the hints of one kind in it, line by line. */
function shown(workspace: Workspace, kind: HintKind): readonly string[] {
  const now = workspace.textOf("main.mtl") ?? "";
  const hints = inlayHintsOf(workspace, "main.mtl", { start: 0, end: now.length }, new Set([kind]));
  return hints
    .toReversed()
    .reduce((all, { at, label }) => `${all.slice(0, at)}⟨${label}⟩${all.slice(at)}`, now)
    .replaceAll("\u{a0}", " ")
    .split("\n")
    .filter((line) => line.includes("⟨"));
}

function count(workspace: Workspace): void {
  for (const step of workspace.costs.count("main.mtl")) expect(step).toBeUndefined();
}

function textLenses(workspace: Workspace): readonly string[] {
  return codeLensesOf(workspace, "main.mtl").flatMap(({ title, action }) => (action ? [] : [title]));
}

describe("hints show", () => {
  const { workspace } = filesOf(text);

  test("the shape after each step, with the name of a param where it is the only number of that size", () => {
    expect(shown(workspace, "shapes").slice(0, 2)).toEqual([
      "stream s = words -> read⟨tokens[12 × width=8]⟩ -> linear(4)⟨tokens[12 × 4]⟩",
      "stream q = words -> read⟨tokens[12 × width=8]⟩",
    ]);
    const twice = filesOf(text.replace("linear(4)\nstream q", "linear(8)\nstream q")).workspace;
    expect(shown(twice, "shapes")[0]).toBe(
      "stream s = words -> read⟨tokens[12 × width=8]⟩ -> linear(8)⟨tokens[12 × 8]⟩",
    );
  });

  test("who shares a layer or a stream", () => {
    expect(shown(workspace, "sharing")).toEqual([
      "layer read⟨shared by stream s and stream q⟩ = embed(width) -> norm",
      "stream s⟨shared by task t and task u⟩ = words -> read -> linear(4)",
    ]);
  });

  test("the defaults that are inferred", () => {
    expect(shown(workspace, "defaults")[0]).toMatch(/metrics: \[accuracy\] {2}weight: 1 {2}loss: cross_entropy/u);
  });

  test("parameters once they are counted", () => {
    expect(shown(workspace, "parameters")).toEqual([]);
    count(workspace);
    expect(shown(workspace, "parameters")[0]).toBe("layer read⟨272 parameters⟩ = embed(width) -> norm");
  });
});

test("lenses show costs, frozen parts and exceeded budgets when they are counted, and later what an edit changed", () => {
  const { workspace } = filesOf(text);
  expect(textLenses(workspace)).toEqual([]);
  expect(codeLensesOf(workspace, "main.mtl").map(({ title }) => title)).toContain("train");
  count(workspace);
  const [stream, , , , stage, budget] = textLenses(workspace);
  expect(stream).toMatch(/^36 parameters, [\d.k ]+ FLOPs$/u);
  expect(stage).toMatch(/^369 parameters, 26 % trainable, /u);
  expect(budget).toBe("over budget: needs 97 parameters; its budget is 10");
  workspace.set("main.mtl", text.replace("linear(4)\nstream q", "linear(5) -> linear(4)\nstream q"));
  expect(textLenses(workspace)[0]).toMatch(/^36 parameters.* …$/u);
  count(workspace);
  expect(textLenses(workspace)[0]).toMatch(/^69 parameters, [\d.k ]+ FLOPs · \+33 parameters since it was saved$/u);
  workspace.costs.saved("main.mtl");
  count(workspace);
  expect(textLenses(workspace)[0]).toMatch(/^69 parameters, [\d.k ]+ FLOPs$/u);
});
