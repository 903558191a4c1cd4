import { describe, expect, test } from "vitest";
import { lex } from "../../grammar/lex.ts";
import { parse, type SyntaxProblem } from "../../grammar/parse.ts";
import { fixtures, outline } from "./support.ts";

/** A mistake, the declarations that are still there, and the problems: `text at which it shows: what`. */
const mistakes: readonly (readonly [text: string, kept: string, ...problems: string[]])[] = [
  ["stream a =\nstream b = c", "a b", "after `=`: found `stream`, expected an expression"],
  ["stream a = b ->\nstream c = d", "a c", "after `->`: found `stream`, expected an expression"],
  ["stream = a\nstream b = c", "b", "at `=`: found `=`, expected a name"],
  ["stream a == b\nstream c = d", "a c", "at `==`: found `==`, expected `=`"],
  ["stream a b\nstream c = d", "a c", "at `b`: found `b`, expected `=`"],
  ["stream a = f(x\nstream b = c", "a b", "at `stream`: `(` of 12 unclosed"],
  ["stream a = f(x,\nmodality b: image(1)\nstream c = d", "a b c", "at `modality`: `(` of 12 unclosed"],
  ["stream a = f(g([x)\nstream b = c", "a b", "at `)`: `[` of 15 unclosed", "at `stream`: `(` of 12 unclosed"],
  ["task a { from: x\ntask b { from: y }", "a b", "at `task`: `{` of 7 unclosed"],
  ["task a { from x head: y }\ntask b { from: y }", "a b", "at `x`: found `x`, expected `:`"],
  ["task a { from: }\ntask b { from: y }", "a b", "at `}`: found `}`, expected an expression"],
  ["task { from: x }\ntask b { from: y }", "b", "at `{`: found `{`, expected a name"],
  ["task a { from: f(x", "a", "after `x`: `(` of 16 unclosed"],
  ["stream a", "a", "after `a`: found the end of the file, expected `=`"],
  ["stream a = b }\nstream c = d", "a c", "at `}`: found `}`, expected a declaration"],
  [
    "stream a = f(b c)\nstream d = [1 2, 3]",
    "a d",
    "after `b`: found another item, expected `,`",
    "after `1`: found another item, expected `,`",
  ],
  ["stream a = f(,b)\nstream c = d", "a c", "at `,`: found `,`, expected an argument or `)`"],
  ["stream a = ()\nstream b = c", "a b", "at `)`: found `)`, expected an expression"],
  ["stream a = if b then c\nstream d = e", "a d", "after `c`: found `stream`, expected `else`"],
  ["fusion a = f(x) { layers 4  heads: 2 }\nstream b = c", "a b", "at `4`: found `4`, expected `:`"],
  ["block f(x tokens, y: vector) { return x }\nstream b = c", "f b", "at `tokens`: found `tokens`, expected `:`"],
  ["block f(x: tokens: tokens { return x }\nstream b = c", "f b", "at `:`: found `:`, expected a parameter or `)`"],
  [
    "block f(x: tokens) { let a = return x }\nstream b = c",
    "f b",
    "at `return`: found `return`, expected an expression",
  ],
  ["block f(x: tokens) { let () = x }\nstream b = c", "f b", "at `)`: found `)`, expected a name"],
  ["block f(x: tokens) { return x\nstream a = b\nlayer c = d", "f a c", "at `stream`: `{` of 19 unclosed"],
  [
    "stage s { a: 1 2 b: 3 }\nstage t { a: ) c: 1 }",
    "s t",
    "at `2`: found `2`, expected an entry or `}`",
    "at `)`: found `)`, expected an expression",
  ],
  ["hello world\nstream a = b", "a", "at `hello`: found `hello`, expected a declaration"],
  ["let a = b\nstream c = d", "c", "at `let`: found `let`, expected a declaration"],
  ["weight w = 1\nstream c = d", "c", "at `weight`: found `weight`, expected a declaration"],
  [
    "stream task a { b: 1 }\nmodel\nparam c = 3",
    "a c",
    "after `stream`: found `task`, expected a name",
    "after `model`: found `param`, expected a name",
  ],
  ['import { a } "x"\nstream b = c', "b", 'at `"x"`: found `"x"`, expected `from`'],
  ['renamed "a" "b"\nstream c = d', "c", 'at `"b"`: found `"b"`, expected `->`'],
  ["stream a = b < c <= d\nstream e = f", "a e", "at `<=`: chained_comparison"],
  ["stream a = 1..2..3\nstream b = c", "a b", "at `..`: found `..`, expected the end of the range"],
  ["param a: int in 3 = 4\nstream b = c", "a b", "at `3`: found no range, expected a range such as `1..8`"],
  ['model a "b\nstream c = d', "a c", 'at `"b`: unterminated_string'],
  ['stream a = f("x, y)\nstream b = c', "a b", 'at `"x, y)`: unterminated_string'],
  [
    "stream a = b $ c\nstream d = e; stream f = g",
    "a d f",
    "at `$`: unexpected_character",
    "at `;`: unexpected_character",
  ],
  ["modèle a\nstream b = c", "b", "at `mod`: found `mod`, expected a declaration", "at `è`: unexpected_character"],
  [
    `stream a = ${"(".repeat(65)}b\nstream c = d`,
    "a c",
    "at `(`: found nesting too deep to follow, expected a simpler expression",
  ],
];

describe("one mistake is one problem, and the declarations around it stay", () => {
  test.each(mistakes)("%j", (text, kept, ...expected) => {
    const { tree, problems } = parse(text, "test.mtl");
    expect(
      tree.declarations.flatMap((declaration) => ("name" in declaration ? [declaration.name.name] : [])).join(" "),
    ).toBe(kept);
    expect(problems.map((problem) => described(problem, text))).toEqual(expected);
  });
});

function described(problem: SyntaxProblem, text: string): string {
  const { span } = problem;
  const at =
    span.start < span.end
      ? `at \`${text.slice(span.start, span.end)}\``
      : `after \`${lastTokenBefore(text, span.start)}\``;
  if (problem.kind === "unexpected_token") return `${at}: found ${problem.found}, expected ${problem.expected}`;
  if (problem.kind === "unclosed") return `${at}: \`${problem.opener}\` of ${problem.openedAt.start} unclosed`;
  return `${at}: ${problem.kind}`;
}

function lastTokenBefore(text: string, offset: number): string | undefined {
  return lex(text.slice(0, offset)).tokens.at(-1)?.image;
}

test.each(fixtures)("whatever token of $file is missing, the declarations around it stay", ({ file, text }) => {
  const whole = parse(text, file).tree.declarations;
  for (const token of lex(text).tokens) {
    const end = token.startOffset + token.image.length;
    const home = whole.findIndex(({ span }) => span.start <= token.startOffset && end <= span.end);
    const broken = parse(text.slice(0, token.startOffset) + text.slice(end), file);
    const found = new Set(broken.tree.declarations.map((declaration) => outline(declaration)));
    const lost = whole.filter((declaration, index) => index !== home && !found.has(outline(declaration)));
    expect(
      lost.map((declaration) => outline(declaration)),
      `without ${token.image} at ${token.startOffset}`,
    ).toEqual([]);
  }
});

test("a block without its last brace takes a layer below it along, for inside braces a layer is a statement", () => {
  const { tree, problems } = parse("block f(x: tokens) { return x\nlayer c = d\nstream a = b", "test.mtl");
  expect(tree.declarations.map(({ kind }) => kind)).toEqual(["Block", "Stream"]);
  expect(problems).toMatchObject([{ kind: "unclosed" }]);
});
