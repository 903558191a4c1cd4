import type { Span } from "../../grammar/ast.ts";
import type { RenderInput } from "../../compiler/diagnostics/render/input.ts";
import { createReporter } from "../../compiler/diagnostics/reporter.ts";

/** The span of the n-th occurrence of a text. */
export function spanOf(sources: ReadonlyMap<string, string>, file: string, text: string, occurrence = 1): Span {
  const source = sources.get(file) ?? "";
  let start = -1;
  for (let found = 0; found < occurrence; found += 1) start = source.indexOf(text, start + 1);
  if (start < 0) throw new Error(`no occurrence ${occurrence} of ${text} in ${file}`);
  return { file, start, end: start + text.length };
}

/** Two errors in two files: one with a related position and a fix, and one that spans lines. */
export function sample(): RenderInput {
  const sources = new Map([
    [
      "flowers.mtl",
      "model flowers\n\nmodality petal: image(8, 8)\nstream seen = petal -> wdith(8)\nstream seen = petal\n",
    ],
    ["blocks/a b.mtl", "block f(x: tokens): tokens {\n\tlet 名前 = x -> lienar(8)\n  return x\n}\n"],
  ]);
  const reporter = createReporter({ textOf: (file) => sources.get(file) });
  const wrong = spanOf(sources, "flowers.mtl", "wdith");
  reporter.report(
    "duplicate_declaration",
    spanOf(sources, "flowers.mtl", "seen", 2),
    { name: "seen" },
    {
      related: [{ at: spanOf(sources, "flowers.mtl", "seen"), message: "the first one is here" }],
    },
  );
  reporter.report("unknown_name", wrong, { name: "wdith", nearest: { name: "width", isCertain: true } });
  reporter.report("unknown_name", spanOf(sources, "blocks/a b.mtl", "lienar"), {
    name: "lienar",
    nearest: { name: "linear", isCertain: true },
  });
  reporter.report("unexpected_token", spanOf(sources, "blocks/a b.mtl", sources.get("blocks/a b.mtl")?.trim() ?? ""), {
    found: "100% a block,\na task: two",
    expected: "an end",
  });
  return { diagnostics: reporter.diagnostics, sources };
}
