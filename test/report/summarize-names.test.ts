import { expect, test } from "vitest";
import { summarizeNames } from "../../compiler/stage/weight-patterns.ts";

test("names become the shortest patterns that fit none of the others", () => {
  expect(summarizeNames(["a.b.c", "a.b.d", "a.e", "f.g"], ["a.h", "i.j"])).toEqual(["a.b.**", "a.e", "f.**"]);
  expect(summarizeNames(["a.b"], ["ab.c"])).toEqual(["a.**"]);
  expect(summarizeNames(["a.b.c"], ["a.b.d"])).toEqual(["a.b.c"]);
  expect(summarizeNames([], ["a"])).toEqual([]);
});
