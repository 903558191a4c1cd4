import { describe, expect, test } from "vitest";
import { definitionAt } from "../../language-server/service/definition.ts";
import { diagnosticsOf } from "../../language-server/service/diagnostics.ts";
import { hoverAt } from "../../language-server/service/hover.ts";
import { filesOf, specification, textAt } from "./files.ts";

describe("diagnostics", () => {
  test("of a library say nothing of a missing model, and include what an importing specification finds in it", () => {
    const { workspace } = filesOf(`//- lib.mtl
block encode(x: tokens): tokens { return x -> linear(8) -> heads_of(3) }
//- main.mtl
import { encode } from "./lib.mtl"
${specification("stream s = words -> embed(8) -> encode")}`);
    expect(diagnosticsOf(workspace, "lib.mtl", "everything").map(({ name }) => name)).toEqual(["unknown_name"]);
  });

  test("follow an edit of an imported file that is not saved", () => {
    const { workspace } = filesOf(`//- lib.mtl
param width: int = 8
//- main.mtl
import { width } from "./lib.mtl"
${specification("stream s = words -> embed(width)")}`);
    expect(diagnosticsOf(workspace, "main.mtl", "names")).toEqual([]);
    workspace.set("lib.mtl", "param size: int = 8\n");
    expect(diagnosticsOf(workspace, "main.mtl", "names").map(({ name }) => name)).toContain("not_exported");
    workspace.close("lib.mtl");
    expect(diagnosticsOf(workspace, "main.mtl", "names")).toEqual([]);
  });
});

test("a name is found where it is declared: in its file, in an imported one, and in the standard library", () => {
  const at = (body: string): string | undefined => {
    const files = filesOf(`//- lib.mtl
param width: int = 8
//- main.mtl
import { width } from "./lib.mtl"
${specification(body)}`);
    const found = definitionAt(files.workspace, files.path, files.offset);
    return found && textAt(files, found.to);
  };
  expect(at("stream s = wor┆ds -> embed(width)")).toBe("main.mtl: words");
  expect(at("stream s = words -> embed(wid┆th)")).toBe("lib.mtl: width");
  expect(at("stream s = words -> em┆bed(width)")).toMatch("mtl:prelude/");
  expect(at("stream s = words -> embed(8┆)")).toBeUndefined();
});

test("an expression has its shape, also where the specification has a mistake elsewhere", () => {
  const { workspace, path, offset } = filesOf(specification("stream s = words -> em┆bed(8)\nstream u = nowhere"));
  expect(hoverAt(workspace, path, offset)?.markdown).toContain("tokens[12\u{a0}×\u{a0}8]`");
});

test("a library whose text is changed and changed back has the shapes that its importers know", () => {
  const { workspace, path, offset, texts } = filesOf(`//- lib.mtl
block encode(x: tokens): tokens { return x -> lin┆ear(4) }
//- main.mtl
import { encode } from "./lib.mtl"
${specification("stream s = words -> embed(8) -> encode")}`);
  const before = hoverAt(workspace, path, offset)?.markdown;
  expect(before).toMatch(/tokens\[12\s×\s4\]/u);
  workspace.set("lib.mtl", "// Another text.\n");
  workspace.analyse("lib.mtl");
  workspace.set("lib.mtl", texts["lib.mtl"] ?? "");
  expect(hoverAt(workspace, path, offset)?.markdown).toBe(before);
});
