import { expect, test } from "vitest";
import { bind } from "../../compiler/bind/bind.ts";
import { createReporter } from "../../compiler/diagnostics/reporter.ts";
import { prelude } from "../../compiler/prelude/prelude.ts";
import { parse } from "../../grammar/parse.ts";

test("a block of the standard library that is parsed by itself is the one in its whole file", () => {
  const whole = [...prelude].flatMap(([path, text]) => parse(text, path).tree.declarations);
  const { symbols } = bind(new Map(), "", createReporter()).prelude;
  expect([...symbols.keys()]).toEqual(whole.map((each) => ("name" in each ? each.name.name : each.kind)));
  expect([...symbols.values()]).toEqual(whole);
});
