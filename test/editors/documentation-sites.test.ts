import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createHighlighterCore } from "@shikijs/core";
import { createOnigurumaEngine } from "@shikijs/engine-oniguruma";
import wasm from "@shikijs/engine-oniguruma/wasm-inlined";
import hljs from "highlight.js/lib/core";
import { expect, test } from "vitest";
import mtl from "../../editors/highlight/highlight.js";
import { packageRoot } from "../../runtime/host/package-root.ts";

const code = `/// Two words.
task t { from: seen -> linear(2)  target: number("y {z}") }
block f(x: tokens): tokens { return if not x then none else x -> norm }
stage fit { task: t  epochs: 10% }
`;

test("shiki takes the TextMate grammar as it is in the package", async () => {
  const grammar = JSON.parse(readFileSync(join(packageRoot(), "editors/highlight/mtl.tmLanguage.json"), "utf8"));
  const theme = {
    name: "kinds",
    type: "light" as const,
    fg: "#000000",
    bg: "#ffffff",
    settings: [
      { scope: "keyword.declaration", settings: { foreground: "#111111" } },
      { scope: "string", settings: { foreground: "#222222" } },
      { scope: "comment", settings: { foreground: "#333333" } },
    ],
  };
  const highlighter = await createHighlighterCore({
    langs: [grammar],
    themes: [theme],
    engine: createOnigurumaEngine(wasm),
  });
  const { tokens } = highlighter.codeToTokens(code, { lang: "mtl", theme: "kinds" });
  const coloured = (colour: string): readonly string[] =>
    tokens.flat().flatMap(({ color, content }) => (color === colour ? [content.trim()] : []));
  expect(coloured("#111111")).toEqual(["task", "block", "stage"]);
  expect(coloured("#222222").join("")).toBe('"y {z}"');
  expect(coloured("#333333")).toEqual(["/// Two words."]);
  highlighter.dispose();
});

test("highlight.js takes the module of the package", () => {
  hljs.registerLanguage("mtl", mtl);
  const html = hljs.highlight(code, { language: "mtl" }).value;
  const named = (name: string): readonly string[] =>
    [...html.matchAll(new RegExp(`<span class="hljs-${name}">([^<]*)</span>`, "g"))].map(([, text = ""]) => text);
  expect(named("keyword")).toEqual(["task", "block", "return", "if", "not", "then", "else", "stage"]);
  expect(named("literal")).toEqual(["none"]);
  expect(named("title")).toEqual(["t", "fit"]);
  expect(named("title function_")).toEqual(["linear", "f", "norm"]);
  expect(named("attr")).toEqual(["from", "target", "x", "task", "epochs"]);
  expect(named("number")).toEqual(["2", "10%"]);
  expect(named("comment")).toEqual(["/// Two words."]);
  expect(
    html
      .replaceAll(/<[^>]*>/g, "")
      .replaceAll("&quot;", '"')
      .replaceAll("&gt;", ">"),
  ).toBe(code);
});
