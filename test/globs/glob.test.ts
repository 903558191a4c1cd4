import * as fc from "fast-check";
import picomatch from "picomatch";
import { describe, expect, test } from "vitest";
import { globOf, isMatch, matchesGlob, readOn, startOf } from "../../compiler/globs/glob.ts";
import { filePaths, weightNames } from "../../compiler/globs/parse-glob.ts";

const matches = (pattern: string, name: string, dialect = weightNames): boolean =>
  matchesGlob(globOf(pattern, dialect), name);

test.each([
  ["*", ["a", "abc"], ["", "a.b"]],
  ["a*", ["a", "ab"], ["b", "a.b"]],
  ["a.*", ["a.b"], ["a", "a.", "a.b.c"]],
  ["**", ["a", "a.b.c"], []],
  ["a.**", ["a", "a.b", "a.b.c"], ["ab", "b.a"]],
  ["**.a", ["a", "b.a", "c.b.a"], ["ba", "a.b"]],
  ["**.a.**", ["a", "a.b", "b.a", "b.a.c"], ["ab.ba"]],
  ["a.**.b", ["a.b", "a.x.b", "a.x.y.b"], ["ab", "a", "a.xb"]],
  ["a.**.**", ["a", "a.b"], ["b"]],
  ["a**b", ["ab", "axb"], ["a.b"]],
  ["layer_?.w", ["layer_1.w"], ["layer_.w", "layer_12.w"]],
  ["l[0-2a].w", ["l0.w", "la.w"], ["l3.w", "l.w"]],
  ["l[!0-2].w", ["l3.w"], ["l0.w", "l..w"]],
  ["{a,b.c}.w", ["a.w", "b.c.w"], ["b.w", "c.w"]],
  ["{a,b{c,d*}}", ["a", "bc", "bdx"], ["b", "bd.x"]],
  ["{a.**,b}", ["a", "a.x.y", "b"], ["b.x"]],
  ["{0..11}.w", ["0.w", "7.w", "11.w"], ["12.w", "01.w", ".w", "a.w", "-1.w"]],
  ["l{9..10}0", ["l90", "l100"], ["l9", "l10", "l80"]],
  ["{-2..1}", ["-2", "-1", "0", "1"], ["-3", "-", "2", "-0"]],
  ["{08..10}", ["08", "09", "10"], ["8", "11"]],
  ["{5..2}", [], ["5", "4", "2"]],
  ["{a}{", ["{a}{"], ["a{", "a"]],
  ["{{a},b}", ["{a}", "b"], ["a"]],
  [String.raw`a\*`, ["a*"], ["ab"]],
  ["[a", ["[a"], ["a"]],
])("%s", (pattern, fitting, others) => {
  expect(fitting.filter((name) => !matches(pattern, name))).toEqual([]);
  expect(others.filter((name) => matches(pattern, name))).toEqual([]);
});

test("hidden files and folders are matched where the pattern writes them", () => {
  const path = (pattern: string, name: string): boolean => matches(pattern, name, filePaths);
  expect([path("*", ".git"), path("**", "a/.git/b"), path("?git", ".git"), path("a/*/b", "a/.x/b")]).toEqual([
    false,
    false,
    false,
    false,
  ]);
  expect([path(".*", ".git"), path(".git/**", ".git/a"), path("*", "a.csv"), path("*.csv", "a.b.csv")]).toEqual([
    true,
    true,
    true,
    true,
  ]);
});

describe("what patterns and names there may be", () => {
  const segment = fc
    .array(fc.constantFrom("a", "b", "ab", "*", "?", "{a,b}", "{a,b*}", "[ab]", "[^a]", "{0..2}", "1"), {
      minLength: 1,
      maxLength: 4,
    })
    .map((parts) => parts.join("").replaceAll(/\*+/gu, "*"));
  const pattern = fc
    .array(fc.oneof(segment, segment, fc.constant("**")), { minLength: 1, maxLength: 4 })
    .map((segments) => segments.join("/"));
  const name = fc
    .array(
      fc.array(fc.constantFrom("a", "b", "1", "2"), { minLength: 1, maxLength: 5 }).map((letters) => letters.join("")),
      { minLength: 1, maxLength: 5 },
    )
    .map((segments) => segments.join("/"));

  test("as picomatch has them", () => {
    fc.assert(
      fc.property(pattern, fc.array(name, { minLength: 1, maxLength: 20 }), (glob, names) => {
        // There, what a star stands for is no folder of its own.
        fc.pre(!glob.includes("*/**"));
        const theirs = picomatch(glob.replaceAll("{0..2}", "{0,1,2}"), { nonegate: true });
        for (const each of names) expect([each, matches(glob, each, filePaths)]).toEqual([each, theirs(each)]);
      }),
      { numRuns: 500 },
    );
  });

  test("in parts, as a walk through folders reads them, it is the same", () => {
    fc.assert(
      fc.property(pattern, name, (text, path) => {
        const glob = globOf(text, filePaths);
        const reading = path
          .split(/(?<=\/)/u)
          .reduce((before, part) => readOn(glob, before, part).reading, startOf(glob));
        expect(isMatch(glob, reading)).toBe(matchesGlob(glob, path));
      }),
      { numRuns: 300 },
    );
  });
});

describe("the work grows with the product of the lengths and no faster", () => {
  const steps = (pattern: string, name: string): number => {
    const glob = globOf(pattern, weightNames);
    return readOn(glob, startOf(glob), name).steps;
  };

  test.each([
    ["stars", (n: number) => [`${"*a".repeat(n)}b`, "a".repeat(8 * n)]],
    ["any segments", (n: number) => [`${"**.a.".repeat(n)}b`, `${"a.".repeat(8 * n)}a`]],
    ["nested alternatives", (n: number) => [`${"{a,a".repeat(n)}${"}".repeat(n)}b`, "a".repeat(8 * n)]],
    ["braces that never close", (n: number) => [`${"{a,".repeat(n)}b`, `${"{a,".repeat(n)}b`]],
    ["numbers", (n: number) => [`${"{0..9}{0..99}".repeat(n)}b`, "1".repeat(8 * n)]],
  ])("%s", (_, sizes) => {
    const [less, more] = [sizes(10), sizes(40)].map(([pattern = "", name = ""]) => steps(pattern, name));
    expect(less).toBeGreaterThan(0);
    expect(more).toBeLessThanOrEqual(4 * 4 * 1.2 * (less ?? 0));
    expect(more).toBeLessThanOrEqual(20 * 40 * 13 * 8 * 40);
  });

  test("a range of a thousand million numbers is one place of the pattern", () => {
    expect(globOf("{0..1000000000}", weightNames).places).toHaveLength(2);
    expect(matches("{0..1000000000}.w", "999999999.w")).toBe(true);
  });
});
