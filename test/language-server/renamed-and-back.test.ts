import { expect, test } from "vitest";
import { Project, brokenBy } from "../../campaign/renames/renamed-and-back.ts";

// Each kind of name is here once: those that name weights, those that name columns, and those that do neither.
const texts = {
  "parts.mtl": `param wide: int = 8
modality words: text(max_length: 6, tokenizer: characters)
block mixed(x: tokens, depth: int, ffn: block = norm, kind: one of [plain, gated] = plain): tokens {
  let first = x -> linear(width(x))
  weight scale[width(x)] = ones
  let open = if kind == gated then sigmoid(ffn(x: first)) else first
  return open * scale -> repeat(depth) as round from (it_is = open) { yield it_is + linear(it_is, width(it_is)) }
}
`,
  "main.mtl": `model m
import { wide, words, mixed } from "./parts.mtl"
modality photo: image(8, 8, 1)
stream read = words -> embed(wide)
stream seen = photo -> patches(4) -> linear(wide)
block pair(streams: list of tokens): list of tokens {
  let (done, n) = repeat(streams) as stream from (done = [], n = 0) { yield (append(done, linear(stream, wide)), n + 1) }
  return done
}
fusion met = pair(read, picture = seen)
layer head = norm -> linear(3)
stream both = met.read -> mixed(depth: 2, kind: gated) -> norm
stream all_of_it = concat(both, met.picture)
task mood { from: mean(all_of_it)  head: head  target: category("mood", classes: 3) }
task size { from: mean(all_of_it) -> head  head: linear(1)  target: number("size") }
dataset notes { path: "notes.jsonl"  columns: { photo: "file" }  tasks: [mood, size] }
stage first { optimizer: adamw(rate: 1e-2)  batch: { mood: 4, size: 2 }  epochs: 1 }
stage second {
  init: best(first)
  tasks: [mood]
  with: { wide: 8 }
  freeze: ["read.**", "met.picture.**", "both.mixed.first.**"]
  optimizer: adamw(rate: 1e-2)
  epochs: 1
}
`,
};

const project = new Project(texts);

test("the specification is sound", () => {
  expect([...project.programs.keys()]).toEqual(["main.mtl"]);
});

test.each(project.declared.map((reference) => [reference.definition.name, reference] as const))(
  "%s is renamed, and back",
  (_, reference) => {
    expect(brokenBy(project, reference)).toBeUndefined();
  },
);
