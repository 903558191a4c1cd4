import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { childrenOf, visit } from "../../grammar/children.ts";
import { lex } from "../../grammar/lex.ts";
import { parse } from "../../grammar/parse.ts";
import { heads, Identifier, NumberLiteral, StringLiteral } from "../../grammar/tokens.ts";
import { fixtures } from "./support.ts";

const words = [
  ...Object.keys(heads),
  "if",
  "then",
  "else",
  "let",
  "return",
  "yield",
  "true",
  "none",
  "optional",
  "not",
  "and",
  "repeat",
  "as",
  "from",
  "in",
  "one",
  "of",
  "list",
  "except",
  "a",
  "b",
  "1",
  "10%",
  "1..2",
  '"s"',
  '"',
  "->",
  "=",
  "==",
  "<",
  "-",
  "+",
  "..",
  ".",
  ",",
  ":",
  "(",
  ")",
  "[",
  "]",
  "{",
  "}",
  "// c\n",
  "/// d\n",
  "$",
  "\n",
];
const soup = fc.array(fc.constantFrom(...words), { maxLength: 80 }).map((parts) => parts.join(" "));
const anyText = fc.string({ unit: "binary", maxLength: 200 });
const fixtureText = fc.constantFrom(...fixtures.map(({ text }) => text));
const truncated = fc.tuple(fixtureText, fc.nat()).map(([text, at]) => text.slice(0, at % (text.length + 1)));
const cut = fc.tuple(fixtureText, fc.nat(), fc.integer({ min: 1, max: 60 })).map(([text, at, length]) => {
  const start = at % (text.length + 1);
  return text.slice(0, start) + text.slice(start + length);
});
const replaced = fc.tuple(fixtureText, fc.nat(), soup).map(([text, at, inserted]) => {
  const start = at % (text.length + 1);
  return `${text.slice(0, start)} ${inserted} ${text.slice(start)}`;
});

const texts = { "any text": anyText, "any tokens": soup, truncations: truncated, deletions: cut, insertions: replaced };

describe.each(Object.entries(texts))("%s", (_, text) => {
  test("gives a tree whose nodes lie within their parents, and problems that lie within the text", () => {
    fc.assert(
      fc.property(text, (text) => {
        const { tree, problems } = parse(text, "any.mtl");
        visit(tree, (node) => {
          expect(node.span.start).toBeLessThanOrEqual(node.span.end);
          for (const child of childrenOf(node)) {
            expect(child.span.start).toBeGreaterThanOrEqual(node.span.start);
            expect(child.span.end).toBeLessThanOrEqual(node.span.end);
          }
        });
        let last = -1;
        for (const { span } of problems) {
          expect(span.start).toBeGreaterThan(last);
          expect(span.end).toBeLessThanOrEqual(text.length);
          last = span.start;
        }
      }),
    );
  });

  test("gives no name and no literal that is not in the text", () => {
    fc.assert(
      fc.property(text, (text) => {
        visit(parse(text, "any.mtl").tree, (node) => {
          const source = text.slice(node.span.start, node.span.end);
          if (node.kind === "Name" || node.kind === "Identifier")
            expect([node.name, JSON.stringify(node.name)]).toContain(source);
          if (node.kind === "Boolean") expect(source).toBe(String(node.value));
          if (node.kind === "None") expect(source).toBe("none");
          if (node.kind === "Number") expect(Number.parseFloat(source)).toBe(node.value);
          if (node.kind === "String")
            expect(source.replaceAll(/\\(.)/g, "$1")).toContain(
              node.value.replaceAll(/[\n\t]/g, (c) => (c === "\n" ? "n" : "t")),
            );
        });
      }),
    );
  });

  test("has a problem, or every name and literal of it is in the tree", () => {
    fc.assert(
      fc.property(text, (text) => {
        const { tree, problems } = parse(text, "any.mtl");
        if (problems.length > 0) return;
        const leaves = new Set<number>();
        visit(tree, ({ kind, span }) => {
          expect(kind).not.toBe("Error");
          leaves.add(span.start);
        });
        const said = lex(text).tokens.filter(({ tokenType }) =>
          [Identifier, NumberLiteral, StringLiteral].includes(tokenType),
        );
        for (const { startOffset } of said) expect(leaves).toContain(startOffset);
      }),
    );
  });

  test("is made of its tokens, comments, strays and white space", () => {
    fc.assert(
      fc.property(text, (text) => {
        const { tokens, comments, strays } = lex(text);
        const pieces = [
          ...[...tokens, ...comments].map(({ startOffset, image }) => ({ start: startOffset, text: image })),
          ...strays.map(({ start, end }) => ({ start, text: text.slice(start, end) })),
        ].toSorted((a, b) => a.start - b.start);
        let end = 0;
        let joined = "";
        for (const piece of pieces) {
          const space = text.slice(end, piece.start);
          expect(space.trim()).toBe("");
          joined += space + piece.text;
          end = piece.start + piece.text.length;
        }
        expect(joined).toBe(text.slice(0, end));
        expect(text.slice(end).trim()).toBe("");
      }),
    );
  });
});

describe("depth and size", () => {
  test.each([
    "(",
    "[",
    "f(",
    "f() { a: ",
    "repeat(1) { ",
    "not ",
    "- ",
    "if ",
    "if a then b else ",
    "a -> ",
    "a.",
    "a(",
    "optional ",
  ])("however often %j is repeated, parsing ends in a problem and not in an exception", (piece) => {
    const { tree, problems } = parse(`stream a = ${piece.repeat(20_000)}\nstream b = c`, "deep.mtl");
    expect(problems.length).toBeGreaterThan(0);
    expect(tree.declarations.at(-1)).toMatchObject({ kind: "Stream", name: { name: "b" } });
    visit(tree, () => {});
  });

  test("time grows with the text and no faster", () => {
    const whole = fixtures.map(({ text }) => text).join("\n");
    const timed = (characters: number) => {
      const text = whole.repeat(Math.ceil(characters / whole.length));
      const start = performance.now();
      expect(parse(text, "long.mtl").problems).toEqual([]);
      return (performance.now() - start) / text.length;
    };
    const best = (characters: number) => Math.min(...[1, 2, 3].map(() => timed(characters)));
    timed(50_000);
    expect(best(300_000)).toBeLessThan(4 * best(50_000));
  });
});
