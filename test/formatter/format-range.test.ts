import * as fc from "fast-check";
import { format } from "prettier";
import { describe, expect, test } from "vitest";
import { editedText } from "../../compiler/edited-text.ts";
import { formatRange } from "../../compiler/formatter/format-range.ts";
import { printSpecification } from "../../compiler/formatter/print.ts";
import plugin from "../../compiler/prettier-plugin.ts";
import { parse } from "../../grammar/parse.ts";
import { anyDeclaration } from "./arbitrary-trees.ts";
import { ownersOfComments } from "./owners-of-comments.ts";
import { fileOf, scattered } from "./scattered.ts";
import { withoutSpans } from "./without-spans.ts";

const text = `param  a = 1 // one


// about b
param  b = 2
task t {
  from:  a
  // about the head
  head:  linear(1) // one
  target:  number("y")
}
param  c = 3
`;

/** The text after formatting what is between two marks, which are not part of it. */
function rangeOf(marked: string): string {
  const start = marked.indexOf("«");
  const plain = marked.replace("«", "");
  const end = plain.indexOf("»");
  const whole = plain.replace("»", "");
  return editedText(whole, formatRange(whole, { start, end }) ?? []);
}

describe("a range", () => {
  test("formats the declarations that it touches, with the comments above and behind them, and nothing around them", () => {
    expect(rangeOf(text.replace("param  b = 2", "«param»  b = 2"))).toBe(
      text.replace("\n\n\n", "\n\n").replace("param  b", "param b"),
    );
    expect(rangeOf(text.replace("// one\n", "«// one\n»"))).toBe(text.replace("param  a", "param a"));
    expect(rangeOf(text.replace("  b = 2\ntask", "  «b = 2\n»task"))).toBe(
      text.replace("\n\n\n", "\n\n").replace("param  b", "param b"),
    );
  });

  test("within braces formats the options and statements that it touches", () => {
    expect(rangeOf(text.replace("linear(1)", "li«»near(1)"))).toBe(text.replace("head:  l", "head: l"));
    expect(rangeOf(text.replace("// about the head", "«// about the head»"))).toBe(text.replace("head:  l", "head: l"));
    const block = "block f(x: tokens):   tokens {\n  let y =   x\n  return   y\n}\n";
    expect(rangeOf(block.replace("let y", "l«e»t y"))).toBe(block.replace("=   x", "= x"));
    expect(rangeOf(block.replace("block f", "bl«o»ck f"))).toBe(
      "block f(x: tokens): tokens {\n  let y = x\n  return y\n}\n",
    );
  });

  test("of white space alone changes nothing", () => {
    expect(rangeOf(text.replace("\n\n\n", "\n«\n»\n"))).toBe(text);
  });

  test("keeps a byte order mark and the line ends of a text", () => {
    const windows = `\uFEFF${text.replaceAll("\n", "\r\n")}`;
    expect(rangeOf(windows.replace("param  a", "«param»  a"))).toBe(windows.replace("param  a", "param a"));
    expect(rangeOf(windows.replace("param  c", "«param»  c"))).toBe(
      windows.replace("}\r\nparam  c", "}\r\n\r\nparam c"),
    );
  });

  test("of a text with a syntax error is refused", () => {
    expect(formatRange("param  a = 1\nmodel 3 {", { start: 0, end: 5 })).toBeUndefined();
  });

  test("is formatted by prettier, which cannot do it for a language that it does not know", async () => {
    const [rangeStart, rangeEnd] = [text.indexOf("linear"), text.indexOf("linear") + 3];
    const options = { parser: "mtl", plugins: [plugin], rangeStart, rangeEnd };
    expect(await format(text, options)).toBe(text.replace("head:  l", "head: l"));
    const windows = `\uFEFF${text.replaceAll("\n", "\r\n")}`;
    const lines = text.slice(0, rangeStart).split("\n").length;
    const moved = {
      ...options,
      rangeStart: rangeStart + lines,
      rangeEnd: rangeEnd + lines,
      endOfLine: "auto" as const,
    };
    expect(await format(windows, moved)).toBe(windows.replace("head:  l", "head: l"));
    await expect(format("param  a = 1\nmodel 3 {", { ...options, rangeStart: 0, rangeEnd: 5 })).rejects.toThrow(
      "MTL1004",
    );
  });
});

test("any range of any file keeps the tree and the comments and changes no declaration that it does not touch", () => {
  const declarations = fc.array(anyDeclaration, { minLength: 1, maxLength: 4 });
  const draws = fc.infiniteStream(fc.nat({ max: 40 }));
  const part = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(declarations, draws, part, part, (trees, stream, one, other) => {
      const source = scattered(printSpecification(fileOf(trees)), stream);
      const [start = 0, end = 0] = [one, other]
        .map((share) => Math.floor(share * source.length))
        .toSorted((a, b) => a - b);
      const edits = formatRange(source, { start, end }) ?? [];
      const edited = editedText(source, edits);
      const { tree, problems } = parse(edited, "a.mtl");
      expect(problems, edited).toEqual([]);
      const parsed = parse(source, "a.mtl").tree;
      expect(withoutSpans(tree), `${source}\n${edited}`).toEqual(withoutSpans(parsed));
      expect(ownersOfComments(edited), `${source}\n${edited}`).toEqual(ownersOfComments(source));
      for (const [index, { span }] of parsed.declarations.entries()) {
        const [before, after] = [parsed.declarations[index - 1], parsed.declarations[index + 1]];
        const isApart = end <= (before?.span.end ?? -1) || start >= (after?.span.start ?? Infinity);
        if (isApart) expect(edited).toContain(source.slice(span.start, span.end));
      }
    }),
    { numRuns: 150, endOnFailure: true },
  );
});
