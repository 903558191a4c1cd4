import { describe, expect, test } from "vitest";
import { createMemoryHost } from "../../compiler/host.ts";
import { hoverAt } from "../../language-server/service/hover.ts";
import { Workspace } from "../../language-server/service/workspace.ts";
import { filesOf, specification } from "./files.ts";

function hoverIn(body: string): string {
  const { workspace, path, offset } = filesOf(specification(body));
  return hoverAt(workspace, path, offset)?.markdown.replaceAll("\u{a0}", " ") ?? "";
}

const width = "param width: int in 4..64 = 8\n";

describe("hover explains", () => {
  test("a step by its shapes, with sizes by the name of their param, its block and its mask", () => {
    const step = hoverIn(`${width}stream s = words -> em┆bed(width)`);
    expect(step).toContain("`ids[12] → tokens[12 × width=8]`");
    expect(step).toContain("block embed(x: ids, width: int in 1..1000000");
    expect(step).toContain("One learned vector for each token");
    expect(step).toContain("Masked");
  });

  test("a size within a block by the name of its parameter", () => {
    const block = "block twice(x: tokens, size: int): tokens { return x -> lin┆ear(size) }\n";
    expect(hoverIn(`${block}stream s = words -> embed(8) -> twice(6)`)).toContain(
      "`tokens[12 × 8] → tokens[12 × size=6]`",
    );
  });

  test("a param by its value and its users", () => {
    const param = hoverIn(`${width}stream s = words -> embed(wid┆th)`);
    expect(param).toContain("param width: int in 4..64 = 8");
    expect(param).toContain("Its value is `8`.");
    expect(param).toContain("Used by stream s.");
  });

  test("a task and an option with all that they have by default", () => {
    const given = 'from: mean(s)  head: linear(3)  target: category("k", classes: 3)';
    expect(hoverIn(`stream s = words -> embed(8)\ntask ┆u { ${given} }`)).toContain("loss: cross_entropy");
    const optimizer = hoverIn(
      "stream s = words -> embed(8)\nstage before { optim┆izer: adamw(rate: 1e-3)  epochs: 1 }",
    );
    expect(optimizer).toContain("weight_decay: 0.01");
    expect(optimizer).toContain("Computes weight updates from gradients.");
  });

  test("a member of a family as `mtl explain` does, a number by its range and unit, and a word that begins a declaration", () => {
    const stage = "stream s = words -> embed(8)\nstage before { optimizer: ada┆mw(rate: 1e-3)  epochs: 1 }";
    expect(hoverIn(stage)).toContain("- `weight_decay`: number ≥ 0, 0.01 by default.");
    expect(hoverIn("stream s = words -> embed(8)\nmodality picture: image(8, ┆9, 3)")).toContain(
      "int 1..4096, in pixels, required. Columns of the grid.",
    );
    expect(hoverIn("str┆eam s = words -> embed(8)")).toContain("A named value of the model");
  });

  test("nothing in a comment", () => {
    expect(hoverIn("// A stream of wor┆ds.\nstream s = words -> embed(8)")).toBe("");
  });

  test("a diagnostic by the page of its code", () => {
    const text = specification("stream s = nowhere -> embed(8)");
    const workspace = new Workspace({
      ...createMemoryHost({ "main.mtl": text }),
      exists: () => false,
      specifications: () => ["main.mtl"],
      explanationOf: (code) => (code === "MTL2002" ? "A name that nothing declares." : undefined),
    });
    expect(hoverAt(workspace, "main.mtl", text.indexOf("nowhere"))?.markdown).toContain(
      "A name that nothing declares.",
    );
  });

  test("what a declaration costs, when that is known", () => {
    const { workspace, path, offset } = filesOf(specification(`stream ┆s = words -> embed(8)`));
    for (const step of workspace.costs.count(path)) expect(step).toBeUndefined();
    expect(hoverAt(workspace, path, offset)?.markdown).toMatch(/Prediction of one example: 2\.0 k parameters/u);
  });
});
