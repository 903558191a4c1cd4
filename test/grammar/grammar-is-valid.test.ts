import { expect, test } from "vitest";
import { SpecificationParser } from "../../grammar/parser.ts";

test("chevrotain finds no ambiguity, left recursion or unreachable alternative in the grammar", () => {
  expect(() => new SpecificationParser({ skipValidations: false })).not.toThrow();
});
