import { describe, expect, test } from "vitest";
import { createMemoryHost } from "../../compiler/host.ts";
import { compileProgram } from "../../compiler/program.ts";
import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";

const birds = `
import { photo, rows } from "shared.mtl"
model birds
param width = 32
modality words: text(max_length: 24, tokenizer: bpe(500))
stream seen = photo -> patches(8) -> linear(width) -> mean
task species {
  from: seen
  head: linear(10)
  target: category("species", classes: 10)
  augment: [flip, crop(padding: 2)]
  metrics: [accuracy]
}
stage fit {
  optimizer: adamw(1e-3)
  schedule: cosine(warmup: 5%)
  batch: 64
  epochs: 3
}
stage more { optimizer: sgd(rate: 0.1)  steps: 10 }
`;
const shared = `
modality photo: image(32, 32)
dataset rows { path: "birds.csv"  split: { train: 70%, validation: 10%, test: 20% }  tasks: [species] }
`;

function compiled(set: Record<string, string>) {
  return compileProgram({
    entry: "main.mtl",
    host: createMemoryHost({ "main.mtl": birds, "shared.mtl": shared }),
    set,
  });
}

function specificationOf(set: Record<string, string>): ResolvedSpecification {
  const { diagnostics, specification } = compiled(set);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  if (!specification) throw new Error("no specification");
  return specification;
}

const stage = (set: Record<string, string>) => specificationOf(set).stages[0];

describe("a setting of an option by its path is the specification with that value written there", () => {
  test.each([
    ["fit.optimizer.rate", "1e-2", { optimizer: { rate: 0.01 } }],
    ["fit.optimizer", "sgd(rate: 0.5)", { optimizer: { kind: "sgd", rate: 0.5 } }],
    ["fit.schedule.warmup", "50", { schedule: { warmup: { unit: "steps", value: 50 } } }],
    ["fit.schedule", "constant", { schedule: { kind: "constant" } }],
    ["fit.batch", "16", { batch: 16 }],
    ["fit.clip", "1.0", { clip: 1 }],
    ["fit.sampler", "uniform", { sampler: { kind: "uniform" } }],
    // The stage writes neither of these: the default is a call, and the family has one member.
    ["fit.checkpoint.best", "species.loss", { checkpoint: { best: "species.loss" } }],
    ["fit.early_stop.patience", "7", { early_stop: { patience: 7 } }],
  ])("%s=%s", (path, value, expected) => {
    expect(stage({ [path]: value })).toMatchObject(expected);
  });

  test("of modalities, data sets and tasks, also imported ones, and parts of lists and maps", () => {
    const set = {
      "words.max_length": "12",
      "words.tokenizer": "words(100)",
      "photo.height": "16",
      "photo.width": "16",
      "rows.path": "other.csv",
      "rows.split.train": "60%",
      "rows.split.test": "30%",
      "species.augment.crop.padding": "4",
      "species.weight": "0.5",
    };
    const { modalities, datasets, tasks } = specificationOf(set);
    expect(modalities["words"]).toMatchObject({ max_length: 12, tokenizer: { kind: "words" } });
    expect(modalities["photo"]).toMatchObject({ height: 16, width: 16, channels: 3 });
    expect(datasets["rows"]).toMatchObject({ path: "other.csv", split: { train: 0.6, validation: 0.1, test: 0.3 } });
    expect(tasks["species"]).toMatchObject({ weight: 0.5, augment: [{ kind: "flip" }, { kind: "crop", padding: 4 }] });
  });

  test("several settings of one value add up, and leave other declarations as they are", () => {
    const set = {
      "fit.optimizer": "momentum(rate: 1)",
      "fit.optimizer.rate": "0.5",
      "fit.optimizer.momentum": "0.9",
      width: "8",
    };
    const { stages, params } = specificationOf(set);
    expect(stages[0]?.optimizer).toMatchObject({ kind: "momentum", rate: 0.5, momentum: 0.9 });
    expect(stages[1]?.optimizer).toMatchObject({ kind: "sgd", rate: 0.1 });
    expect(params).toEqual({ width: 8 });
  });
});

test.each([
  ["fti.batch", "16", "unknown_setting", 'Did you mean "fit"?'],
  ["width.of", "16", "unknown_setting", "There are"],
  ["fit.optimiser.rate", "1", "unknown_option", 'Did you mean "optimizer"?'],
  ["fit.optimizer.rat", "1", "unknown_option", 'Did you mean "rate"?'],
  ["fit.batch.rows", "16", "setting_without_parts", "--set fit.batch=VALUE"],
  ["species.augment.turn.padding", "1", "setting_without_parts", ""],
  ["fit.batch", "0", "wrong_type", ""],
  ["fit.optimizer.rate", "fast", "unknown_name", ""],
  ["fit.optimizer.rate", "3 +", "wrong_type", ""],
  ["fit.clip", "-1", "out_of_range", ""],
  ["fit.sampler", "unifrom", "unknown_choice", 'Did you mean "uniform"?'],
  ["fit.steps", "5", "conflicting_options", ""],
])("--set %s=%s is %s at its position", (path, value, name, help) => {
  const compilation = compiled({ [path]: value });
  const { sources } = compilation;
  const diagnostics = compilation.diagnostics.filter(({ severity }) => severity === "error");
  expect(diagnostics.map((diagnostic) => diagnostic.name)).toEqual([name]);
  const [{ at, help: said = "" } = { at: { file: "", start: 0, end: 0 } }] = diagnostics;
  expect(at.file).toBe(`--set ${path}`);
  expect(sources.get(at.file)?.slice(at.start, at.end)).not.toBe("");
  expect(said).toContain(help);
});

test("a compilation without settings does not use what one with settings has found", () => {
  const host = createMemoryHost({ "main.mtl": birds, "shared.mtl": shared });
  const request = { entry: "main.mtl", host };
  const first = compileProgram(request);
  const set = compileProgram({
    ...request,
    set: { "species.loss": "cross_entropy(label_smoothing: 10%)" },
    previous: first,
  });
  const after = compileProgram({ ...request, previous: set });
  expect(after.specification).toEqual(first.specification);
  expect(after.work).toBe(first.work);
});
