import { describe, expect, test } from "vitest";
import { completionsAt } from "../../language-server/service/completion/completions.ts";
import { inserted, itemsAt, labelsAt } from "./complete.ts";
import { type Files, filesOf, specification } from "./files.ts";

const head = "model m\nmodality words: text(max_length: 12)\nmodality photo: image(8, 8, 3)\n";

describe("declarations", () => {
  test("are proposed in an empty file, the model first, each with what it cannot be without", () => {
    expect(labelsAt("┆").slice(0, 3)).toEqual(["model", "import", "param"]);
    expect(inserted("┆", "stage")).toBe("stage name {\n  optimizer: adamw(rate: 1e-3)\n  epochs: 1\n}");
  });
  test("replace the word that has been begun, and a second model is not proposed", () => {
    expect(inserted("model m\nstr┆", "stream")).toBe("model m\nstream name = modality -> norm");
    expect(labelsAt("model m\n┆")).not.toContain("model");
  });
  test("are not proposed where a value is missing, or beside one", () => {
    expect(labelsAt(`${head}stream s = words ┆`)).toEqual([]);
    expect(labelsAt(`${head}stream ┆`)).toEqual([]);
    expect(labelsAt(`${head}stream s = ┆`)).not.toContain("stream");
  });
});

describe("nothing is proposed", () => {
  test.each([
    ["in a comment", "model m // str┆"],
    ["in a comment of documentation", "/// A str┆\nmodel m"],
    ["in a line that begins with #", "# str┆\nmodel m"],
    ["in a title", 'model m "a str┆"'],
    ["for a new name", "model m\ntask ┆"],
    ["in a string that names nothing", `${head}task t { from: words  target: category("k", classes: ["a┆"]) }`],
  ])("%s", (_, written) => expect(labelsAt(written)).toEqual([]));
});

describe("a step of a pipeline", () => {
  test.each([
    ["ids", "words -> ┆", "embed", "conv_stem"],
    ["a grid", "photo -> ┆", "conv_stem", "embed"],
    ["tokens behind a block", "words -> embed(8) -> ┆", "transformer", "embed"],
    [
      "tokens behind blocks that keep the kind",
      "words -> embed(8) -> norm -> dropout(10%) -> ┆",
      "transformer",
      "embed",
    ],
  ])("of %s is first a block for it", (_, written, first, last) => {
    const labels = labelsAt(`${head}stream s = ${written}\nstream t = words`);
    expect(labels.indexOf(first)).toBeGreaterThanOrEqual(0);
    expect(labels.indexOf(first)).toBeLessThan(labels.indexOf("repeat"));
    expect(labels.indexOf(first)).toBeLessThan(labels.indexOf(last));
    expect(labels).not.toContain("words");
  });
  test("has the parameters that it must have, and its layers and blocks of the file come first", () => {
    const written = `${head}layer see = norm\nblock own(x: ids, size: int): tokens { return x -> embed(size) }\nstream s = words -> ┆`;
    expect(labelsAt(written).slice(0, 2)).toEqual(["see", "own"]);
    expect(inserted(written, "transformer")).toMatch("words -> transformer(layers: 1, heads: 1)");
    expect(inserted(written, "own")).toMatch("words -> own(1)");
    expect(inserted(written, "norm")).toMatch(/words -> norm$/u);
  });
  test("knows the shape of an earlier text where the kind cannot be seen in the text", () => {
    const files = filesOf(
      specification("block any_kind(x: ids): any { return x -> embed(8) }\nstream s = words -> any_kind"),
    );
    const { workspace, path, texts } = files;
    workspace.compile(path, "shapes");
    const text = (texts[path] ?? "").replace("words -> any_kind", "words -> any_kind -> ");
    workspace.set(path, text);
    const labels = completionsAt(workspace, path, text.indexOf("any_kind -> ") + 12).items.map(({ label }) => label);
    expect(labels.indexOf("transformer")).toBeLessThan(labels.indexOf("embed"));
  });
  test("before another step has an arrow of its own", () => {
    expect(inserted(`${head}stream s = words -> ┆embed(8)`, "norm")).toMatch("words -> norm -> embed(8)");
  });
  test("before parentheses is the name alone", () => {
    expect(inserted(`${head}stream s = words -> em┆b(8)`, "embed")).toMatch("words -> embed(8)");
  });
});

describe("options", () => {
  test("are those that are not present, the required ones first, wherever the entries end", () => {
    expect(labelsAt(`${head}task t { from: words ┆ loss: mse }`).slice(0, 2)).toEqual(["target", "head"]);
    expect(labelsAt(`${head}task t { from: words ┆ loss: mse }`)).not.toContain("loss");
    expect(labelsAt(`${head}dataset d { ┆`).slice(0, 2)).toEqual(["path", "tasks"]);
    expect(labelsAt("stage s {\n  ┆\n}\ntask t { from: x }")[0]).toBe("optimizer");
  });
  test("of a member of a family are its own", () => {
    expect(labelsAt("stage s { optimizer: adamw(rate: 1e-3, ┆").slice(0, 2)).toEqual(["weight_decay", "beta1"]);
    expect(inserted("stage s { optimizer: adamw(┆) }", "rate")).toBe("stage s { optimizer: adamw(rate: 0.001) }");
  });
  test("replace a key and keep its value, and come before a key with a comma in a call", () => {
    expect(inserted("stage s { opt┆imizer: adam(1) }", "schedule")).toBe("stage s { schedule: adam(1) }");
    expect(inserted("stage s { optimizer: adam(┆beta1: 1) }", "rate")).toBe(
      "stage s { optimizer: adam(rate: 0.001, beta1: 1) }",
    );
  });
  test("of a block are the parameters that are not given, in parentheses, after other arguments and in braces", () => {
    const names = (written: string): readonly string[] =>
      itemsAt(written)
        .filter(({ kind }) => kind === "parameter")
        .map(({ label }) => label);
    expect(names(`${head}stream s = words -> embed(8) -> transformer(layers: 1, ┆)`)[0]).toBe("heads");
    expect(names(`${head}stream s = words -> embed(8) -> transformer(layers: 1, ┆`)).not.toContain("layers");
    expect(names(`${head}fusion f = bottleneck(a, b) { layers: 2  ┆ }`)).toContain("bottlenecks");
    expect(names(`${head}fusion f = bottleneck(a, layers: 2) { ┆ }`)).not.toContain("layers");
  });
  test("of a map are the names that it may have", () => {
    expect(labelsAt("task a { from: x }\ntask b { from: x }\nstage s { batch: { a: 3  ┆ } }")).toEqual(["b"]);
    expect(labelsAt("dataset d { split: { train: 70% ┆ } }")).toEqual(["validation", "test", "group", "column"]);
    expect(labelsAt('modality words: text\ntask t { target: number("age") }\ndataset d { columns: { ┆ } }')).toEqual([
      "words",
      "age",
    ]);
  });
  test("of a repeat have their choices", () => {
    expect(labelsAt("block f(x: tokens): tokens { return x -> repeat(2, ┆) { it } }")).toEqual(
      expect.arrayContaining(["share", "keep"]),
    );
    expect(labelsAt("block f(x: tokens): tokens { return x -> repeat(2, share: ┆) { it } }")).toEqual([
      "none",
      "all",
      "after_first",
    ]);
  });
});

describe("values", () => {
  test.each([
    ["modalities", `${head}task t { uses: [words, ┆] }`, ["photo", "optional"]],
    ["the next word of a conditional", "block f(x: tokens): tokens { return if training ┆", ["then"]],
    ["the next words of a repeat", "block f(x: tokens): tokens { return x -> repeat(2) ┆", ["as", "from"]],
    ["exceptions of a pattern", "stage s { freeze: all ┆ }", ["except"]],
    ["the file of an import", "import { a } ┆", ["from"]],
    [
      "the choices of a param in a stage",
      'param mode: one of [both, alone] = both\nstage s { with: { mode: "┆" } }',
      ["both", "alone"],
    ],
    ["optimizers", "stage s { optimizer: ad┆", ["sgd", "adamw"]],
    ["kinds of modalities", "modality x: ┆\nstream y = x", ["image", "text"]],
    ["tokenizers", "modality x: text(tokenizer: ┆)", ["bpe", "bytes"]],
    ["samplers", "stage s { sampler: ┆ }", ["shuffled", "round_robin"]],
    ["choices", "stage s { cache: ┆ }", ["frozen", "off"]],
    ["yes and no", "stage s { fork: ┆ }", ["true", "false"]],
    [
      "choices of a parameter",
      "block f(x: tokens): tokens { return x -> encoder_layer(heads: 1, norm: ┆) }",
      ["pre", "post"],
    ],
    [
      "choices of a param in a comparison",
      "param mode: one of [both, alone] = both\nstream s = if mode == ┆",
      ["both", "alone"],
    ],
    ["choices of a param", "param mode: one of [both, alone] = ┆", ["both", "alone"]],
    ["fractions", "stage s { schedule: cosine(warmup: ┆) }", ["5%", "500"]],
    ["units after digits", "dataset d { memory: 200┆ }", ["200kB", "200MB", "200GiB"]],
    ["a fraction of digits", "stage s { schedule: cosine(warmup: 7┆) }", ["7%"]],
    ["losses", 'task t { from: x  loss: ┆  target: number("k") }', ["mse", "huber"]],
    ["losses in a sum", "task t { from: x  loss: mse + 0.1 * ┆ }", ["huber", "output"]],
    ["initializers", "block f(x: tokens): tokens { weight w[3] = ┆ }", ["zeros", "normal"]],
    ["types of params", "param p: ┆ = 1", ["int", "rate", "one of"]],
    ["types of parameters", "block f(x: ┆", ["tokens", "block", "optional"]],
    ["types of results", "block f(x: tokens): ┆ { return x }", ["tokens", "list of"]],
    ["heads", `${head}layer see = norm\ntask t { from: words  head: ┆\n  target: number("k") }`, ["see", "linear"]],
    ["weights to be frozen", "stream seen = x\nlayer see = norm\nstage s { freeze: [┆] }", ["all", "seen", "see"]],
  ])("%s", (_, written, expected) => expect(labelsAt(written)).toEqual(expect.arrayContaining(expected)));

  test("of params and of the names of a body are proposed where a number is expected", () => {
    expect(labelsAt(`param width: int = 8\n${head}stream s = words -> embed(┆)`)).toContain("width");
    const body = labelsAt("block f(x: tokens, size: int): tokens {\n  let half = size / 2\n  return x -> linear(┆)\n}");
    expect(body).toEqual(expect.arrayContaining(["half", "size"]));
    expect(
      labelsAt("block f(x: tokens, size: int): tokens {\n  let y = x -> linear(┆)\n  let later = 3\n  return y\n}"),
    ).not.toContain("later");
  });
  test("of metrics are those of the task's target", () => {
    const labels = labelsAt('task t { metrics: [┆]  target: number("k") }');
    expect(labels).toContain("rmse");
    expect(labels).not.toContain("accuracy");
  });
  test("of a list are the declarations that it does not have yet", () => {
    const tasks = "task a { from: x }\ntask b { from: x }\ntask c { from: x }\n";
    expect(labelsAt(`${tasks}stage s { tasks: [a, ┆`)).toEqual(["b", "c"]);
    expect(labelsAt(`${tasks}stage s { tasks: ┆ }`)).toEqual(["all", "a", "b", "c"]);
    expect(inserted(`${tasks}stage s { tasks: [┆a] }`, "c")).toMatch("tasks: [c, a]");
  });
  test("of the losses, those of the task's target come first when it is known", () => {
    const { workspace, path, texts } = filesOf(specification("stream s = words -> embed(8)"));
    workspace.compile(path, "shapes");
    const text = (texts[path] ?? "").replace("head: linear(3)", "head: linear(3)  loss: ");
    workspace.set(path, text);
    const labels = completionsAt(workspace, path, text.indexOf("loss: ") + 6).items.map(({ label }) => label);
    expect(labels.slice(0, 2)).toEqual(["cross_entropy", "focal"]);
  });
  test("of a stream are streams, and blocks with what they take", () => {
    const written = `${head}stream s = ┆`;
    expect(labelsAt(written).slice(0, 2)).toEqual(["words", "photo"]);
    expect(inserted(written, "mean")).toMatch("stream s = mean(x)");
  });
  test("are not proposed before an operand that would be left over", () => {
    expect(labelsAt(`${head}stream s =┆ words`)).toEqual([]);
    expect(inserted(`${head}stream s = ┆words`, "photo")).toMatch("stream s = photo");
  });
});

describe("statements", () => {
  test("begin where the one before is whole", () => {
    expect(labelsAt("block f(x: tokens): tokens {\n  let y = x\n  ┆\n}")).toEqual([
      "let",
      "return",
      "layer",
      "weight",
      "state",
      "update",
    ]);
    expect(labelsAt("block f(x: tokens): tokens {\n  let y ┆\n}")).toEqual([]);
  });
  test("of a repeat may be values", () => {
    expect(labelsAt("block f(x: tokens): tokens { return x -> repeat(2) as i { ┆ } }")).toEqual(
      expect.arrayContaining(["yield", "it", "i", "x"]),
    );
  });
  test("that are not closed know the names before them", () => {
    expect(labelsAt("block f(x: tokens, n: int): tokens {\n  let y = x -> norm\n  return ┆")).toEqual(
      expect.arrayContaining(["y", "x", "n"]),
    );
  });
});

describe("parts after a point", () => {
  const streams = `${head}stream a = photo -> patches(4) -> linear(8) -> with_cls\nfusion met = bottleneck(a, other = a) { layers: 1 }\n`;
  test("are the results of a fusion and the positions of tokens", () => {
    expect(labelsAt(`${streams}stream z = met.┆`)).toEqual(["a", "other"]);
    expect(labelsAt(`${streams}stream z = met.o┆ -> norm`)).toEqual(["a", "other"]);
    expect(labelsAt(`${streams}stream z = a.┆`)).toEqual(["cls", "first"]);
    expect(labelsAt(`${streams}task t { from: met.other.┆ }`)).toEqual(["cls", "first"]);
  });
  test("are those that shapes show", () => {
    const { workspace, path, texts } = filesOf(
      specification(
        'stream s = words -> embed(8) -> named_positions\nblock named_positions(x: tokens): tokens { return mark(x, "start", 0) }',
      ),
    );
    workspace.compile(path, "shapes");
    const text = `${texts[path] ?? ""}stream z = s.`;
    workspace.set(path, text);
    expect(completionsAt(workspace, path, text.length).items.map(({ label }) => label)).toEqual(["start", "first"]);
  });
  test("of the current task are its fields", () => {
    expect(labelsAt("block f(x: tokens): tokens { return x -> linear(task.┆) }")).toEqual(["name", "index"]);
  });
});

describe("patterns of weights", () => {
  const shaped = (pattern: string): Files => {
    const files = filesOf(
      specification(
        `stream s = words -> embed(8) -> transformer(layers: 2, heads: 2)\nstage rest { optimizer: sgd(1)  epochs: 1  freeze: ["${pattern}"] }`,
      ),
    );
    files.workspace.compile(files.path, "shapes");
    return files;
  };
  const segments = (pattern: string): readonly string[] => {
    const { workspace, path, offset } = shaped(pattern);
    return completionsAt(workspace, path, offset).items.map(({ label }) => label);
  };
  test("have the names of the specification's weights, segment by segment", () => {
    expect(segments("┆")).toEqual(["s", "task", "**", "*"]);
    expect(segments("s.┆")).toContain("transformer");
    expect(segments("s.transformer.┆")).toEqual(["0", "1", "**", "*"]);
    expect(segments("s.transformer.*.┆")).toContain("attention");
    expect(segments("**.attention.┆")).toContain("query");
    expect(segments("nothing.┆")).toEqual(["**", "*"]);
  });
  test("say how many weights a segment has, and replace the segment alone", () => {
    const { workspace, path, offset, texts } = shaped("s.emb┆.**");
    const item = completionsAt(workspace, path, offset).items.find(({ label }) => label === "transformer");
    expect(item?.detail).toMatch(/^\d+ weights$/u);
    expect(texts[path]?.slice(item?.at.start, item?.at.end)).toBe("emb");
  });
  test("begin with names of the text where no shapes are known", () => {
    expect(labelsAt('stream seen = x\ntask t { from: x }\nstage s { freeze: "┆" }')).toEqual([
      "seen",
      "task",
      "**",
      "*",
    ]);
    expect(labelsAt('stream seen = x\ntask t { from: x }\nstage s { freeze: "task.┆" }')).toContain("t");
  });
});

test("a measure is one of a task", () => {
  const stage = (best: string): readonly string[] =>
    labelsAt(
      `task a { from: x  target: number("k")  metrics: [rmse, r2] }\nstage s { checkpoint: checkpoint(best: ${best}) }`,
    );
  expect(stage('"┆"')).toEqual(["auto", "a.rmse", "a.r2", "a.loss"]);
  expect(stage('"a.┆"')).toEqual(["rmse", "r2", "loss"]);
});
