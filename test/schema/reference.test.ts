import { expect, test } from "vitest";
import { prelude } from "../../compiler/prelude/prelude.ts";
import { preludeReference } from "../../compiler/schema/prelude-reference.ts";
import { referencePage } from "../../compiler/schema/reference.ts";
import { expectCurrent } from "./golden-file.ts";

const groups = preludeReference(prelude);

test("the manual is current", () => {
  expectCurrent("docs/reference.md", referencePage(groups));
});

test("every block of the prelude is documented", () => {
  expect(groups.flatMap(({ blocks }) => blocks.filter(({ doc }) => doc === "").map(({ name }) => name))).toEqual([]);
});
