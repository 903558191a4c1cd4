import { describe, expect, test } from "vitest";
import type { Expression, Node as SyntaxNode } from "../../grammar/ast.ts";
import { childrenOf } from "../../grammar/children.ts";
import { bind } from "../../compiler/bind/bind.ts";
import { type LoadedFile, load } from "../../compiler/bind/load.ts";
import { createReporter } from "../../compiler/diagnostics/reporter.ts";
import { createMemoryHost } from "../../compiler/host.ts";
import { prelude } from "../../compiler/prelude/prelude.ts";
import { placeOf } from "../../compiler/resolve/definition.ts";
import { type References, resolveNames } from "../../compiler/resolve/resolve-names.ts";
import { namesIn } from "../../compiler/resolve/scopes.ts";

const texts: Readonly<Record<string, string>> = {
  "model.mtl": `
import { tuned, drawing } from "parts.mtl"
model m
param half: int = 1
param sees: one of [drawing, both] = both
modality name: text(max_length: 8, tokenizer: characters)
stream seen = drawing -> patches(4) -> tuned(16) -> with_cls
stream read = name -> embed(16) -> repeat(2, share: all) as round { it -> mlp(ratio: round + 1) }
fusion met = merged(shown = seen, read)
layer classify = norm -> linear(3)
block gated(x: tokens, seen: tokens, update: one of [seen, both] = both): tokens {
  let name = linear(x, 16)
  return if update == seen then name * seen else name -> norm
}
task t {
  from: [met.shown.cls -> classify, (if sees == drawing then seen else seen).cls]
  target: category("k", classes: 3)
  loss: cross_entropy(label_smoothing: 10%) + 0.1 * focal
  metrics: [accuracy]
}
dataset d { path: "a.jsonl"  columns: { name: "label" }  tasks: [t] }
stage fit {
  tasks: all
  with: { half: 1 }
  freeze: all except ["read.repeat.{0..half}.**", "task.t.**", seen]
  optimizer: adamw(rate: 1e-3)
  checkpoint: checkpoint(best: "t.accuracy")
  epochs: 1
}
renamed "old.**" -> "seen.**"
`,
  "parts.mtl": `
modality drawing: image(8, 8, 3)
block tuned(x: tokens, size: int): tokens {
  weight scale[size] = ones
  return gated_sum(x, ffn: it -> linear(size)) * scale
}
block gated_sum(x: tokens, ffn: block): tokens { return x + ffn(x) }
`,
};

function resolve(): { readonly references: References; readonly files: ReadonlyMap<string, LoadedFile> } {
  const host = createMemoryHost(texts);
  const reporter = createReporter();
  const files = new Map<string, LoadedFile>();
  load("model.mtl", host, reporter, { files, previous: new Map() });
  const bindings = bind(files, "model.mtl", reporter);
  expect(reporter.diagnostics).toEqual([]);
  return { references: resolveNames(files, bindings), files };
}

const { references, files } = resolve();

/** The definition of the name that `marked`, a piece of the text in which the name is between « and », has. */
function meaningOf(marked: string, file = "model.mtl"): string {
  const [before = "", name = "", after = ""] = marked.split(/[«»]/u);
  const text = texts[file] ?? "";
  const at = text.indexOf(before + name + after);
  expect(at, marked).toBeGreaterThanOrEqual(0);
  const start = at + before.length;
  const found = references.at(file, start);
  expect(found && [found.at.start, found.at.end], marked).toEqual([start, start + name.length]);
  const definition = found?.definition;
  if (definition?.kind === "declaration") return `${definition.declaration.kind} ${definition.name}`;
  if (definition?.kind === "option" || definition?.kind === "member" || definition?.kind === "choice")
    return `${definition.kind} ${definition.of}.${definition.name}`;
  if (definition?.kind === "part") return `part ${definition.of.kind} ${definition.name}`;
  return `${definition?.kind} ${definition?.name}`;
}

describe("every kind of name has its meaning", () => {
  test.each([
    ["import { «tuned», drawing }", "Block tuned"],
    ['from «"parts.mtl"»', "file parts.mtl"],
    ["= «drawing» -> patches", "Modality drawing"],
    ["-> «tuned»(16)", "Block tuned"],
    ["one of [«drawing», both]", "written_choice drawing"],
    ["= «both»\nmodality", "written_choice both"],
    ["name: «text»(max_length", "member modality.text"],
    ["text(«max_length»: 8", "option modality.text.max_length"],
    ["«tokenizer»: characters", "option modality.text.tokenizer"],
    ["tokenizer: «characters»", "member tokenizer.characters"],
    ["share: «all»", "choice repeat.share.all"],
    ["{ «it» ->", "it it"],
    ["mlp(«ratio»: round", "parameter ratio"],
    ["ratio: «round» + 1", "index round"],
    ["update == «seen» then", "written_choice seen"],
    ["then name * «seen» else", "parameter seen"],
    ["then «name» * seen", "local name"],
    ["name -> «norm»\n}", "Block norm"],
    ["[«met».shown", "Fusion met"],
    ["met.«shown».cls", "part declaration shown"],
    ["-> «classify»,", "Layer classify"],
    ["sees == «drawing» then", "written_choice drawing"],
    ["drawing then «seen» else", "Stream seen"],
    ["«loss»: cross", "option task.loss"],
    ["loss: «cross_entropy»(", "member loss.cross_entropy"],
    ["(«label_smoothing»: 10%)", "option loss.cross_entropy.label_smoothing"],
    ["0.1 * «focal»", "member loss.focal"],
    ["metrics: [«accuracy»]", "member metric.accuracy"],
    ["columns: { «name»:", "Modality name"],
    ["tasks: [«t»]", "Task t"],
    ["tasks: «all»", "builtin all"],
    ["with: { «half»:", "Param half"],
    ['["«read».repeat', "Stream read"],
    ["{0..«half»}", "Param half"],
    ['"task.«t».**"', "Task t"],
    ['**", «seen»]', "Stream seen"],
    ["optimizer: «adamw»(", "member optimizer.adamw"],
    ['best: "«t».accuracy', "Task t"],
    ['"t.«accuracy»"', "member metric.accuracy"],
    ['-> "«seen».**"', "Stream seen"],
  ])("%s is %s", (marked, meaning) => expect(meaningOf(marked)).toBe(meaning));

  test.each([
    ["weight scale[«size»]", "parameter size"],
    ["= «ones»", "member initializer.ones"],
    ["(x, «ffn»: it", "parameter ffn"],
    ["ffn: «it» ->", "it it"],
    ["* «scale»", "local scale"],
    ["+ «ffn»(x)", "parameter ffn"],
  ])("in an imported file, %s is %s", (marked, meaning) => expect(meaningOf(marked, "parts.mtl")).toBe(meaning));

  test("no name of the specification, of its imports or of the prelude is without a meaning", () => {
    for (const file of [...files.keys(), ...prelude.keys()])
      for (const { definition, at } of references.inFile(file))
        expect(definition.kind, `${file}:${at.start}`).not.toBe("unresolved");
  });
});

test("the uses of a definition are all of them, in every file, and not what hides it", () => {
  const seen = references.at("model.mtl", texts["model.mtl"]?.indexOf("seen = drawing") ?? 0);
  expect(seen?.role).toBe("declaration");
  const places = references.usesOf(seen?.definition as NonNullable<typeof seen>["definition"]).map(({ at }) => {
    const text = files.get(at.file)?.text ?? "";
    return text.slice(text.lastIndexOf("\n", at.start) + 1, at.end + 4).trim();
  });
  expect(places).toEqual([
    "fusion met = merged(shown = seen, re",
    "from: [met.shown.cls -> classify, (if sees == drawing then seen els",
    "from: [met.shown.cls -> classify, (if sees == drawing then seen else seen).cl",
    'freeze: all except ["read.repeat.{0..half}.**", "task.t.**", seen]',
    'renamed "old.**" -> "seen.**"',
  ]);
});

test("renaming a declaration at every place that refers to it gives a specification with the same meaning", () => {
  const { definition } = references.at("parts.mtl", texts["parts.mtl"]?.indexOf("drawing") ?? 0) ?? {};
  if (!definition) throw new Error("drawing has no definition");
  const spans = [placeOf(definition), ...references.usesOf(definition).map(({ at }) => at)];
  const renamed = Object.fromEntries(
    Object.entries(texts).map(([file, text]) => [
      file,
      spans
        .filter((span) => span?.file === file)
        .toSorted((a, b) => (b?.start ?? 0) - (a?.start ?? 0))
        .reduce((before, span) => before.slice(0, span?.start) + "picture" + before.slice(span?.end), text),
    ]),
  );
  expect(renamed["parts.mtl"]).toContain("modality picture: image");
  expect(renamed["model.mtl"]).toContain('import { tuned, picture } from "parts.mtl"');
  expect(renamed["model.mtl"]).toContain("stream seen = picture -> patches(4)");
  // The choice of the same name is another thing.
  expect(renamed["model.mtl"]).toContain("one of [drawing, both]");
  expect(renamed["model.mtl"]).toContain("if sees == drawing");
});

test("a scope has the names that an expression sees, innermost first", () => {
  const at = (piece: string): readonly string[] => {
    const offset = texts["model.mtl"]?.indexOf(piece) ?? -1;
    return namesIn(references.scopeAt("model.mtl", offset), references.prelude).slice(0, 5);
  };
  expect(at("then name * seen").slice(0, 4)).toEqual(["name", "update", "seen", "x"]);
  expect(at("mlp(ratio: round")[0]).toBe("it");
  expect(at("mlp(ratio: round")[1]).toBe("round");
  expect(at("= norm -> linear")).not.toContain("round");
});

describe("the references tell the parameter or the option that a value is written for", () => {
  const values = new Map<string, string>();
  const walk = (node: SyntaxNode, text: string): void => {
    const purpose = references.purposeOf(node as Expression);
    const written = text.slice(node.span.start, node.span.end);
    if (purpose && !values.has(written))
      values.set(written, `${purpose.kind === "option" ? `option ${purpose.of}` : purpose.kind} ${purpose.name}`);
    for (const child of childrenOf(node)) walk(child, text);
  };
  for (const { tree, text } of files.values()) for (const declaration of tree.declarations) walk(declaration, text);

  test.each([
    ["characters", "option modality.text tokenizer"],
    ["8", "option modality.text max_length"],
    ["round + 1", "parameter ratio"],
    ["16", "parameter size"],
    ["it -> linear(size)", "parameter ffn"],
    ["10%", "option loss.cross_entropy label_smoothing"],
    ["[accuracy]", "option task metrics"],
    ["adamw(rate: 1e-3)", "option stage optimizer"],
    ["1e-3", "option optimizer.adamw rate"],
  ])("%s is for the %s", (value, purpose) => expect(values.get(value)).toBe(purpose));

  test.each(["x", "met.shown.cls -> classify"])("%s, which may be a stream, is for none", (value) =>
    expect(values.get(value)).toBeUndefined(),
  );
});
