import { describe, expect, test } from "vitest";
import { parse } from "../../grammar/parse.ts";
import { outline, parseCleanly, structureOf } from "./support.ts";

test.each([
  ["a -> b -> c", "((a -> b) -> c)"],
  ["a -> b or c and d", "(a -> (b or (c and d)))"],
  ["not a == b and c", "((not (a == b)) and c)"],
  ["not not a", "(not (not a))"],
  ["a + b * c - d / e", "((a + (b * c)) - (d / e))"],
  ["a - b - c", "((a - b) - c)"],
  ["-a * b", "((- a) * b)"],
  ["a - -b.c", "(a - (- b.c))"],
  ["i >= layers / 2", "(i >= (layers / 2))"],
  ["optional a -> f", "((optional a) -> f)"],
  ["optional a.b(c)", "(optional a.b(c))"],
  ["-optional a", "(- (optional a))"],
  ["0..n - 1", "(0 .. (n - 1))"],
  ["1..2 == r", "((1 .. 2) == r)"],
  ["all except [a]", "(all except [a])"],
  ["a -> b except c", "((a -> b) except c)"],
  ["if a then b -> c else d -> e", "(if a then (b -> c) else (d -> e))"],
  ["if a then b else if c then d else e", "(if a then b else (if c then d else e))"],
  ["(a -> b) * c", "((a -> b) * c)"],
  ["(a, b)", "(a, b)"],
  ["(a,)", "a"],
  ["f(a)(b).c", "f(a)(b).c"],
  ["x.task.if.none", "x.task.if.none"],
])("%s means %s", (text, structure) => {
  expect(structureOf(text)).toBe(structure);
});

test.each([
  ["12", 12, undefined],
  ["1e-4", 1e-4, undefined],
  ["2.5E3", 2500, undefined],
  ["10%", 10, "%"],
  ["0.5%", 0.5, "%"],
  ["25ms", 25, "ms"],
  ["16kHz", 16, "kHz"],
  ["1e3kHz", 1000, "kHz"],
])("%s is the number %d with unit %s", (text, value, unit) => {
  const [declaration] = parseCleanly(`param p = ${text}`).declarations;
  expect(declaration?.kind === "Param" && declaration.value).toMatchObject({
    kind: "Number",
    value,
    ...(unit && { unit }),
  });
});

test("a range ends a number", () => {
  expect(structureOf("32..1024")).toBe("(32 .. 1024)");
  expect(structureOf("0.5..1.5")).toBe("(0.5 .. 1.5)");
});

test.each(["1.2.3", "12abc_", "0x1F", "1_000", "1e999"])("%s is no number", (text) => {
  const { tree, problems } = parse(`param p = ${text}`, "test.mtl");
  expect(problems).toEqual([
    { kind: "malformed_number", span: { file: "test.mtl", start: 10, end: 10 + text.length }, text },
  ]);
  expect(tree.declarations[0]).toMatchObject({ kind: "Param", value: { kind: "Error" } });
});

test("escapes in strings", () => {
  const [declaration] = parseCleanly(String.raw`model m "a \"b\" \\ c\n\td é🎵"`).declarations;
  expect(declaration?.kind === "Model" && declaration.title?.value).toBe('a "b" \\ c\n\td é🎵');
});

test("an unknown escape is a problem at its place and stands for itself", () => {
  const { tree, problems } = parse(String.raw`model m "a\qb"`, "test.mtl");
  expect(problems).toMatchObject([{ kind: "unexpected_token", span: { start: 10, end: 12 } }]);
  expect(tree.declarations[0]).toMatchObject({ title: { value: "aqb" } });
});

describe("calls", () => {
  test("arguments are positional, labelled or named, and a named body adds to them", () => {
    const [declaration] = parseCleanly('stream s = f(a, left = b, heads: 4) { layers: 2 "a.b": 3, }').declarations;
    const call = declaration?.kind === "Stream" && declaration.value.kind === "Call" ? declaration.value : undefined;
    expect(call?.arguments.map(({ name, label }) => ({ name: name?.name, label: label?.name }))).toEqual([
      { name: undefined, label: undefined },
      { name: undefined, label: "left" },
      { name: "heads", label: undefined },
      { name: "layers", label: undefined },
      { name: "a.b", label: undefined },
    ]);
  });

  test("a named body may be empty", () => {
    expect(structureOf("f(a) {} -> g")).toBe("(f(a) -> g)");
  });

  test("a named body and the same arguments in parentheses mean the same", () => {
    expect(outline(parseCleanly("fusion m = f(a) { b: 1  c: 2 }"))).toBe(
      outline(parseCleanly("fusion m = f(a, b: 1, c: 2)")),
    );
  });

  test("commas between entries are optional", () => {
    expect(outline(parseCleanly("stage s { a: { b: 1 c: 2 } d: x }"))).toBe(
      outline(parseCleanly("stage s { a: { b: 1, c: 2, }, d: x, }")),
    );
  });
});
