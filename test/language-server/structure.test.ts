import { describe, expect, test } from "vitest";
import { documentLinks } from "../../language-server/service/document-links.ts";
import { documentSymbols } from "../../language-server/service/document-symbols.ts";
import { foldsOf } from "../../language-server/service/folding.ts";
import { editsForMoves } from "../../language-server/service/renamed-files.ts";
import { selectionsAt } from "../../language-server/service/selection-ranges.ts";
import { semanticTokens } from "../../language-server/service/semantic-tokens.ts";
import { matchScore, workspaceSymbols } from "../../language-server/service/workspace-symbols.ts";
import { filesOf, specification, textAt } from "./files.ts";

test("the symbols of a file have details and children, also where the text has a mistake", () => {
  const { workspace, path } = filesOf(`model m "A title"
block f(x: tokens, n: int = 4): tokens {
  let a = x -> linear(n)
  return a
}
task t { from: mean(s)  head: linear(3) }
stream = oops`);
  const shown = documentSymbols(workspace, path).flatMap(({ label, kind, detail, children }) => [
    `${kind} ${label} ${detail}`.trim(),
    ...children.map((child) => `  ${child.kind} ${child.label} ${child.detail}`),
  ]);
  expect(shown).toEqual([
    "model m A title",
    "block f (x: tokens, n: int = 4): tokens",
    "  local a x -> linear(n)",
    "task t",
    "  option from mean(s)",
    "  option head linear(3)",
  ]);
});

test("symbols of the workspace match by letters in their order, and words first", () => {
  const { workspace } = filesOf(`//- a.mtl
block token_mixer(x: tokens): tokens { return x }
stream atm = x
//- b.mtl
block tamed_mean(x: tokens): tokens { return x }`);
  expect(workspaceSymbols(workspace, "tm").map(({ label }) => label)).toEqual(["tamed_mean", "token_mixer", "atm"]);
  expect(workspaceSymbols(workspace, "TokMix").map(({ label }) => label)).toEqual(["token_mixer"]);
  expect(matchScore("mt", "tm")).toBe(-1);
});

test("declarations, bodies, lists, comments and imports fold, and closing brackets stay visible", () => {
  const { workspace, path } = filesOf(`import { a } from "./a.mtl"
import { b } from "./b.mtl"

// One
// two
block f(x: tokens): tokens {
  let a = repeat(2) {
    it
  }
  return a
}
stream s = x
  -> norm
task t { metrics: [
  accuracy,
  f1
] }
stream broken = f(`);
  expect(foldsOf(workspace, path)).toEqual([
    { first: 0, last: 1, kind: "imports" },
    { first: 3, last: 4, kind: "comment" },
    { first: 5, last: 9 },
    { first: 6, last: 7 },
    { first: 11, last: 12 },
    { first: 13, last: 15 },
  ]);
});

test("a selection grows from the word to the file, each time", () => {
  const files = filesOf('stream s = words -> embed(8)\nstage fit { freeze: ["re┆ad.**"] }');
  const shown = selectionsAt(files.workspace, files.path, files.offset).map((span) => textAt(files, span).slice(10));
  expect(shown.slice(0, 5)).toEqual(["read", "read.**", '"read.**"', '["read.**"]', 'freeze: ["read.**"]']);
  expect(shown.at(-1)).toBe(files.texts["main.mtl"]);
  expect(new Set(shown).size).toBe(shown.length);
});

describe("semantic tokens", () => {
  const tokensOf = (written: string): readonly string[] => {
    const { workspace, path, texts } = filesOf(written);
    return semanticTokens(workspace, path).map(
      ({ start, end, kind, modifiers }) => `${texts[path]?.slice(start, end) ?? ""} ${[kind, ...modifiers].join(".")}`,
    );
  };

  test("name the kinds of declarations, options, choices and units", () => {
    expect(
      tokensOf(`/// Doc
modality words: text(max_length: 12, tokenizer: characters) // note
stream s = words -> embed(8) -> dropout(10%)`),
    ).toEqual([
      "/// Doc comment.documentation",
      "modality keyword",
      "words modality.declaration",
      "text function",
      "max_length property",
      "12 number",
      "tokenizer property",
      "characters function",
      "// note comment",
      "stream keyword",
      "s stream.declaration",
      "= operator",
      "words modality",
      "-> operator",
      "embed block.defaultLibrary",
      "8 number",
      "-> operator",
      "dropout block.defaultLibrary",
      "10 number",
      "% unit",
    ]);
  });

  test("cut a pattern at the names in it, and never overlap", () => {
    const tokens = tokensOf(
      specification("param half: int = 1\nstream s = words -> embed(8)").replace(
        "epochs: 1",
        'freeze: ["s.{0..half}.**"]  epochs: 1',
      ),
    );
    const index = tokens.indexOf("freeze property");
    expect(tokens.slice(index + 1, index + 6)).toEqual([
      '" string',
      "s stream",
      ".{0.. string",
      "half param",
      '}.**" string',
    ]);
  });

  test("are there while a text has mistakes", () => {
    expect(tokensOf("stream s = words -> \nparam = ")).toContain("s stream.declaration");
  });
});

test("imports, data and weights are links, which say if the file is there", () => {
  const files = filesOf(`//- lib.mtl
param width: int = 8
//- data/a.jsonl
{}
//- main.mtl
import { width } from "./lib.mtl"
${specification("stream s = words -> embed(width)")
  .replace('"a.jsonl"', '{ train: "data/a.jsonl", test: "data/*.csv" }')
  .replace("epochs: 1", 'init: from("old.safetensors")  epochs: 1')}`);
  const shown = documentLinks(files.workspace, "main.mtl").map(({ at, to, tooltip }) => [
    textAt(files, at),
    to,
    tooltip,
  ]);
  expect(shown).toEqual([
    ["main.mtl: ./lib.mtl", "lib.mtl", "Open the specification"],
    ["main.mtl: data/a.jsonl", "data/a.jsonl", "Open the data"],
    ["main.mtl: data/*.csv", "data", "Open the data"],
    ["main.mtl: old.safetensors", undefined, "There is no old.safetensors yet."],
  ]);
});

describe("files that are moved", () => {
  const written = `//- parts/lib.mtl
param width: int = 8
//- data/a.jsonl
{}
//- main.mtl
import { width } from "./parts/lib.mtl"
${specification("stream s = words -> embed(width)").replace('"a.jsonl"', '"data/a.jsonl"')}`;
  const moved = (from: string, to: string): readonly string[] => {
    const { workspace, texts } = filesOf(written);
    return editsForMoves(workspace, [{ from, to }]).map(
      ({ at, text }) => `${texts[at.file]?.slice(at.start, at.end) ?? ""} ${text}`,
    );
  };

  test("take imports and data with them, a folder as a file", () => {
    expect(moved("parts/lib.mtl", "blocks.mtl")).toEqual(['"./parts/lib.mtl" "./blocks.mtl"']);
    expect(moved("parts", "blocks")).toEqual(['"./parts/lib.mtl" "./blocks/lib.mtl"']);
    expect(moved("data", "tables")).toEqual(['"data/a.jsonl" "tables/a.jsonl"']);
    expect(moved("dat", "tables")).toEqual([]);
  });

  test("still find what they name from where they are now", () => {
    expect(moved("main.mtl", "models/main.mtl")).toEqual([
      '"./parts/lib.mtl" "../parts/lib.mtl"',
      '"data/a.jsonl" "../data/a.jsonl"',
    ]);
    expect(moved("main.mtl", "other.mtl")).toEqual([]);
  });
});
