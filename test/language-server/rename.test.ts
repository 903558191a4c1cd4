import { describe, expect, test } from "vitest";
import { editedText } from "../../language-server/service/text-edit.ts";
import { rename } from "../../language-server/service/rename/rename.ts";
import { renameableAt } from "../../language-server/service/rename/renameable.ts";
import { filesOf, specification } from "./files.ts";

/** The files after the name at the cursor is renamed; the reason as `refusal` if it cannot be. */
function renamed(
  written: string,
  newName: string,
  trained: readonly (readonly string[])[] = [],
): Readonly<Record<string, string>> {
  const { workspace, path, offset, texts } = filesOf(written, { trainedWeights: () => trained });
  const result = rename(workspace, path, offset, newName);
  if ("refusal" in result) return { refusal: result.refusal, "main.mtl": result.refusal };
  return Object.fromEntries(
    Object.entries(texts).map(([file, text]) => [
      file,
      editedText(
        text,
        result.edits.filter(({ at }) => at.file === file),
      ),
    ]),
  );
}

const withStage = (body: string, options: string): string =>
  specification(body).replace("epochs: 1", `${options}  epochs: 1`);

describe("rename", () => {
  test("of a block changes its uses in all files of the workspace, and names of arguments in calls", () => {
    const lib = `block encode(x: tokens, hidden: int): tokens { return x -> linear(hidden) }\n`;
    const files = (cursor: string, block: string, argument: string): string => `//- lib.mtl
${lib.replaceAll("encode", block).replaceAll("hidden", argument).replace(cursor, `${cursor}┆`)}//- main.mtl
import { ${block} } from "./lib.mtl"
${specification(`stream s = words -> embed(8) -> ${block}(${argument}: 8)`)}`;
    const plain = (written: string): Readonly<Record<string, string>> => filesOf(written).texts;
    expect(renamed(files("encode", "encode", "hidden"), "mix")).toEqual(plain(files("mix", "mix", "hidden")));
    expect(renamed(files("hidden", "encode", "hidden"), "size")).toEqual(plain(files("size", "encode", "size")));
  });

  test("of a stream follows it into patterns, and into results of a fusion that have its name", () => {
    const body = (read: string): string =>
      withStage(
        `stream seen = words -> embed(8)
stream ${read} = words -> embed(8)
fusion met = bottleneck(seen, ${read}) { bottlenecks: 2  layers: 1  heads: 2 }
fusion two = bottleneck(met.seen, met.${read}) { bottlenecks: 2  layers: 1  heads: 2 }
stream s = two.${read}`,
        `init: from("old.safetensors", take: ["${read}.**", "met.*.${read}.**"])`,
      );
    expect(renamed(body("read").replace("stream re", "stream re┆"), "heard")["main.mtl"]).toBe(body("heard"));
  });

  test("of a label of a fusion changes its results", () => {
    const body = (label: string): string =>
      specification(`stream a = words -> embed(8)
fusion met = bottleneck(${label} = a, b = a) { bottlenecks: 2  layers: 1  heads: 2 }
stream s = met.${label}`);
    expect(renamed(body("one").replace("met.on", "met.on┆"), "first")["main.mtl"]).toBe(body("first"));
  });

  test("of a block that names weights changes the patterns that have its name", () => {
    const body = (block: string): string =>
      withStage(
        `block ${block}(x: tokens): tokens { return x -> linear(8) -> norm }
stream s = words -> embed(8) -> ${block} -> linear(8)`,
        `init: from("old.safetensors", take: all except ["s.${block}.**"])`,
      );
    expect(renamed(body("encode").replace("-> enc", "-> enc┆"), "mix")["main.mtl"]).toBe(body("mix"));
  });

  test("of a block changes patterns of a specification with a mistake, if they would match nothing", () => {
    const body = (block: string): string =>
      withStage(
        `block ${block}(x: tokens): tokens { return x -> linear(8) -> norm }
stream s = words -> embed(8) -> ${block} -> linear(8)`,
        `freeze: all except ["s.${block}.**"]`,
      );
    expect(renamed(body("encode").replace("-> enc", "-> enc┆"), "mix")["main.mtl"]).toBe(body("mix"));
  });

  test("of a modality reads the same column as before, and back needs no entry for it", () => {
    const before = specification("stream s = words -> embed(8)");
    const after = renamed(before.replace("modality wor", "modality wor┆"), "title")["main.mtl"] ?? "";
    expect(after).toBe(
      before.replaceAll("words", "title").replace('"a.jsonl"', '"a.jsonl"  columns: { title: "words" }'),
    );
    expect(renamed(after.replace("modality tit", "modality tit┆"), "words")["main.mtl"]).toBe(before);
    const mapped = before.replace('"a.jsonl"', '"a.jsonl"  columns: { k: "kind" }');
    expect(renamed(mapped.replace("modality wor", "modality wor┆"), "title")["main.mtl"]).toContain(
      'columns: { title: "words", k: "kind" }',
    );
  });

  test("of a name that is a string keeps its quotes", () => {
    const before = specification("stream s = words -> embed(8)").replace("tasks: [t]", 'tasks: ["t"]');
    expect(renamed(before.replace("task t", "task t┆"), "kind")["main.mtl"]).toContain('tasks: ["kind"]');
  });
});

describe("rename refuses", () => {
  const refusal = (body: string, newName: string): string | undefined => renamed(specification(body), newName).refusal;

  test.each([
    ["a name of the standard library", "stream s = words -> em┆bed(8)", '"embed" belongs to the standard library.'],
    [
      "a word of the language",
      "stream s = words -> embed(8)\nstage f { opti┆mizer: adamw }",
      '"optimizer" is a word of the language.',
    ],
    ["a keyword", "str┆eam s = words -> embed(8)", "There is no name here."],
    ["what is not declared", "stream s = wor┆d -> embed(8)", '"word" is not declared.'],
  ])("%s", (_, body, message) => {
    const { workspace, path, offset } = filesOf(specification(body));
    expect(renameableAt(workspace, path, offset)).toEqual({ refusal: message });
    expect(rename(workspace, path, offset, "other")).toEqual({ refusal: message });
  });

  test("a text that is no name", () => {
    const body = "stream rea┆d = words -> embed(8)\nstream s = read";
    expect(refusal(body, "2x")).toContain('"2x" is no name');
    expect(refusal(body, "a b")).toContain("is no name");
    expect(refusal(body, "then")).toBe('"then" is a word of the language.');
    expect(refusal(body, "tasks")).toBe('"tasks" is a word of the language.');
    expect(refusal(body, "task")).toBe('"task" is a word of the language.');
    expect(refusal(body, "stream")).toBeUndefined();
  });

  test("a name that is taken", () => {
    expect(refusal("stream rea┆d = words -> embed(8)\nstream s = read", "words")).toContain('"words"');
    expect(refusal("stream rea┆d = words -> embed(8)\nstream s = read", "d")).toContain('"d" is declared twice');
  });

  test("a name that a local name would capture, and one that would capture another", () => {
    const block =
      "block f(x: tokens, n: int): tokens { let k = 4\n return x -> linear(wid┆th + k + n) }\nparam width: int = 8\n";
    const body = `${block}stream s = words -> embed(8) -> f(4) -> linear(8)`;
    expect(refusal(body, "k")).toMatch(/^"k" has another meaning in line 4 of main.mtl\.$/u);
    const local = body.replace("wid┆th", "width").replace("let k", "let k┆");
    expect(refusal(local, "width")).toMatch(/^"width" in line 4 of main.mtl would have another meaning\.$/u);
  });

  test("a name that an importing file has already", () => {
    const files = `//- lib.mtl
param wid┆th: int = 8
//- main.mtl
import { width } from "./lib.mtl"
${specification("stream s = words -> embed(width)")}`;
    expect(renamed(files, "words").refusal).toContain("words");
    expect(renamed(files, "size")["main.mtl"]).toContain("embed(size)");
  });

  test("while a file that may use the name has a syntax error", () => {
    const files = `//- lib.mtl
param wid┆th: int = 8
//- main.mtl
import { width } from "./lib.mtl"
stream = width`;
    expect(renamed(files, "size").refusal).toContain("main.mtl has a syntax error in line 2");
  });
});

describe("weights of earlier runs", () => {
  const body = (read: string): string => `stream ${read} = words -> embed(8) -> linear(8, bias: false)
stream s = ${read} -> norm`;
  const before = specification(body("read"));
  const run = ["read.embed.table", "read.linear.kernel", "s.scale", "s.offset", "task.t.head.kernel", "state/other"];
  const rename = (text: string, from: string, to: string, trained: readonly (readonly string[])[]): string =>
    renamed(text.replace(`stream ${from}`, `stream ${from}┆`), to, trained)["main.mtl"] ?? "";

  test("are found under their new names by a declaration", () => {
    const after = rename(before, "read", "heard", [run]);
    expect(after).toBe(`${specification(body("heard"))}\nrenamed "read.**" -> "heard.**"\n`);
  });

  test("are found if they are states", () => {
    const counted = `block counted(x: tokens): tokens {
  state mean[width(x)] = zeros
  return x + mean
}
stream read = words -> embed(8) -> counted
stream s = read`;
    const after = rename(specification(counted), "read", "heard", [["state/read.counted.mean"]]);
    expect(after).toContain('\nrenamed "read.**" -> "heard.**"\n');
  });

  test("need none where nothing is trained, or other weights are", () => {
    expect(rename(before, "read", "heard", [])).toBe(specification(body("heard")));
    expect(rename(before, "read", "heard", [["other.kernel"]])).toBe(specification(body("heard")));
  });

  test("are found under the new name of a block of another file, in the specification that has them", () => {
    const files = (block: string): string => `//- lib.mtl
block ${block}(x: tokens): tokens { return x -> linear(8) -> linear(8) }
//- main.mtl
import { ${block} } from "./lib.mtl"
${specification(`stream s = words -> embed(8) -> repeat(2) { it -> ${block} -> norm }`)}`;
    const names = ["s.0.encode.linear.kernel", "s.1.encode.linear_2.kernel"];
    const after = renamed(files("encode").replace("block enc", "block enc┆"), "mix", [names]);
    expect(after["main.mtl"]).toBe(
      `${filesOf(files("mix")).texts["main.mtl"] ?? ""}\nrenamed "s.*.encode.**" -> "s.*.mix.**"\n`,
    );
  });

  test("are not mixed up, where another weight gets a name that one had", () => {
    const text = `block encode(x: tokens): tokens { return x -> linear(8) -> norm }
stream s = words -> embed(8) -> linear(8) -> encode`;
    const after = renamed(specification(text.replace("-> encode", "-> enc┆ode")), "linear", [run]);
    expect(after["refusal"]).toBeDefined();
  });

  test("cannot be followed through a specification with a mistake, which is refused", () => {
    const wrong = before.replace("linear(3)", "linear(4)");
    expect(rename(wrong, "read", "heard", [run])).toContain("main.mtl has a mistake, so that");
    expect(rename(wrong, "read", "heard", [["other.kernel"]])).toBe(wrong.replaceAll("read", "heard"));
  });

  test("are still found after a second renaming, and back needs none", () => {
    const once = rename(before, "read", "heard", [run]);
    const twice = rename(once, "heard", "seen", [run]);
    expect(twice).toBe(`${specification(body("seen"))}\nrenamed "read.**" -> "seen.**"\n`);
    expect(rename(twice, "seen", "read", [run])).toBe(before);
    const newer = run.map((name) => name.replace("read", "heard"));
    expect(rename(once, "heard", "read", [run, newer])).toBe(`${before}\nrenamed "heard.**" -> "read.**"\n`);
  });
});
