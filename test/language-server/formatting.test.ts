import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier/standalone";
import { describe, expect, test } from "vitest";
import * as plugin from "../../compiler/prettier-plugin.ts";
import { formatting, formattingAfter, rangeFormatting } from "../../language-server/service/formatting.ts";
import { lineEdits } from "../../language-server/service/line-edits.ts";
import { editedText } from "../../language-server/service/text-edit.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { filesOf } from "./files.ts";

describe("edits of lines", () => {
  test("turn one text into the other, and leave equal lines alone", () => {
    const before = "a\nb\nc\nd\ne\n";
    const after = "a\nB\nc\nd\nnew\ne\n";
    const edits = lineEdits("f", before, after);
    expect(editedText(before, edits)).toBe(after);
    expect(edits.map(({ at: { start, end }, text }) => [start, end, text])).toEqual([
      [2, 4, "B\n"],
      [8, 8, "new\n"],
    ]);
  });

  test.each([
    ["", "a\n"],
    ["a", "a\n"],
    ["a\n", ""],
    ["x\ny\nx\n", "y\nx\ny\n"],
  ])("of %j to %j are right at both ends", (before, after) => {
    expect(editedText(before, lineEdits("f", before, after))).toBe(after);
  });
});

const untidy = `model m
stream a=x->norm

stream b = y
block f(x: tokens): tokens {
return x->norm }
`;

describe("formatting", () => {
  test("is what prettier makes of a text with our plugin, with the line ends that it has", async () => {
    const folder = join(packageRoot(), "examples");
    const texts = readdirSync(folder)
      .filter((name) => name.endsWith(".mtl"))
      .map((name) =>
        readFileSync(join(folder, name), "utf8")
          .replaceAll(/\n {2,}/gu, "\n")
          .replaceAll(" = ", "="),
      );
    for (const text of [...texts, untidy, untidy.replaceAll("\n", "\r\n")]) {
      const { workspace, path } = filesOf(text);
      const expected = await format(text, { parser: "mtl", plugins: [plugin], endOfLine: "auto" });
      expect(editedText(text, formatting(workspace, path).edits)).toBe(expected);
    }
  });

  test("needs neither the files that a text imports nor an analysis of it", () => {
    const { workspace, path } = filesOf(`import { x } from "./lib.mtl"\n${untidy}`, {
      resolve: () => {
        throw new Error("a file was looked for");
      },
    });
    expect(formatting(workspace, path).edits.length).toBeGreaterThan(0);
    expect(formattingAfter(workspace, path, workspace.textOf(path)?.length ?? 0, "\n").edits.length).toBeGreaterThan(0);
  });

  test("refuses a text with a syntax error, and says where it is", () => {
    const { workspace, path } = filesOf("model m\nstream = x\n");
    expect(formatting(workspace, path)).toEqual({
      edits: [],
      refusal: "main.mtl is not formatted: it has a syntax error in line 2.",
    });
  });

  test("of a range changes the declarations that it touches, and no others", () => {
    const { workspace, path } = filesOf(untidy);
    const at = untidy.indexOf("x->norm");
    const { edits } = rangeFormatting(workspace, path, at, at);
    expect(editedText(untidy, edits)).toBe(untidy.replace("stream a=x->norm", "stream a = x -> norm"));
  });

  test("after a brace changes the declaration that it ends", () => {
    const { workspace, path } = filesOf(untidy);
    const at = untidy.indexOf("}") + 1;
    const { edits } = formattingAfter(workspace, path, at, "}");
    expect(editedText(untidy, edits)).toBe(
      untidy.replace("stream b = y\n", "stream b = y\n\n").replace("return x->norm }", "  return x -> norm\n}"),
    );
  });

  test("after the end of a line changes the declaration above, and not the line of the cursor", () => {
    const written = "model m\nstream a=x->norm\n\n\n\nstream b=y\n";
    const { workspace, path } = filesOf(written);
    const { edits } = formattingAfter(workspace, path, written.indexOf("norm\n") + 5, "\n");
    expect(editedText(written, edits)).toBe(written.replace("a=x->norm", "a = x -> norm"));
    expect(formattingAfter(workspace, path, written.indexOf("\n\nstream b"), "\n").edits).toHaveLength(1);
  });

  test("after a brace within a declaration that is not written to its end changes nothing and says nothing", () => {
    const { workspace, path } = filesOf("block f(x: tokens): tokens {\n let a = repeat(2) { it }\n");
    expect(formattingAfter(workspace, path, 53, "}")).toEqual({ edits: [] });
  });
});
