import { expect, test } from "vitest";
import type { DiagnosticName } from "../../compiler/diagnostics/registry.ts";
import { createMemoryHost } from "../../compiler/host.ts";
import { compileProgram } from "../../compiler/program.ts";

const sound = `model birds "Birds by sight and song"
param width: int in 8..512 = 32
modality photo: image(32, 32, 3)
modality notes: text(max_length: 8, tokenizer: characters)
stream seen = photo -> patches(8) -> linear(width) -> with_cls -> transformer(layers: 1, heads: 4)
stream read = notes -> embed(width) -> with_cls
fusion met = bottleneck(seen, read, layers: 2, heads: 4)
task species {
  from: met.seen.cls
  head: norm -> linear(10)
  target: category("species", classes: 10)
  metrics: [accuracy]
}
dataset rows {
  path: "birds.csv"
  tasks: [species]
}
stage fit {
  tasks: [species]
  optimizer: adamw(rate: 1e-3)
  epochs: 3
}
`;

/** The text that is replaced, its replacement, and the only diagnostic that follows. */
const mistakes: readonly (readonly [from: string, to: string, name: DiagnosticName])[] = [
  ["from: met.seen.cls", "from: (met.seen + (met.seen -> linear(48))).cls", "shape_mismatch"],
  ["embed(width)", "embed(48)", "shape_mismatch"],
  ["heads: 4)\nstream", "heads: 5)\nstream", "requirement"],
  ["heads: 4)\nstream", "heads: 0)\nstream", "out_of_range"],
  ["patches(8)", "patches(7)", "requirement"],
  ["patches(8)", "patches(-8)", "out_of_range"],
  ["patches(8)", "conv_stem(20)", "requirement"],
  ["linear(10)", "linear(11)", "head_mismatch"],
  // A stream that no output of the target takes is not ignored.
  [
    'from: met.seen.cls\n  head: norm -> linear(10)\n  target: category("species", classes: 10)\n  metrics: [accuracy]',
    "from: (met.seen.cls, met.read.cls, met.seen.cls)\n  target: contrastive(photo, notes, width: 32)",
    "head_mismatch",
  ],
  ["met.seen.cls", "met.seen", "head_mismatch"],
  ["met.seen.cls", "met", "stream_expected"],
  ["met.seen.cls", "norm", "stream_expected"],
  ["met.seen.cls", "fit", "stream_expected"],
  ["met.seen.cls", "{ a: seen }", "stream_expected"],
  ["met.seen.cls", "met.sen.cls", "unknown_member"],
  ["met.seen.cls", "gelu(3)", "wrong_type"],
  ["met.seen.cls", '(met.seen -> mark("x", 99)).x', "shape_mismatch"],
  ["met.seen.cls", "softmax(met.seen, mask: met.read).cls", "shape_mismatch"],
  ["  head: norm -> linear(10)\n", "", "head_mismatch"],
  ["head: norm -> linear(10)", "head: met.seen", "not_callable"],
  ["head: norm", "head: norm(met.read)", "too_many_arguments"],
  ["photo -> patches(8)", "notes -> patches(8)", "wrong_stream"],
  ["linear(width)", "linear(-4)", "out_of_range"],
  ["linear(width)", "linear(width / 3)", "wrong_type"],
  ["linear(width)", 'linear("32")', "wrong_type"],
  ["linear(width)", "linear(if photo > 0 then 8 else 16)", "not_compile_time"],
  ['path: "birds.csv"', 'path: "birds.csv"  rows: sample(0)', "out_of_range"],
  ['path: "birds.csv"', 'path: "birds.csv"  rows: sample(150%)', "out_of_range"],
  ['path: "birds.csv"', 'path: "birds.csv"  rows: sample(-3)', "wrong_type"],
  ['path: "birds.csv"', 'path: "birds.csv"  rows: sample(1%, draw: 0)', "out_of_range"],
  ["layers: 1, heads: 4", "layers: 20%, heads: 4", "wrong_type"],
  ["layers: 1, heads: 4", "layers: -1, heads: 4", "out_of_range"],
  ["layers: 1, heads: 4", "layers: 1, heads: 4, heads: 4", "duplicate_option"],
  ["layers: 1, heads: 4", "layers: 1, heads: 4, ffn: photo", "wrong_type"],
  ["layers: 1, heads: 4", "layers: 1", "missing_option"],
  ["bottleneck(seen, read,", "bottleneck(seen, norm,", "stream_expected"],
  ["bottleneck(seen, read,", "bottleneck(seen, seen,", "duplicate_declaration"],
  ["stream seen = photo", "stream seen = seen", "recursive_declaration"],
  ["stream seen =", "strem seen =", "unexpected_token"],
  ["stream seen =", "stream =", "unexpected_token"],
  ["linear(width) ->", "linear(width ->", "unclosed"],
  ["max_length: 8", "max_length: 8px", "unknown_choice"],
  ["image(32, 32, 3)", "image(-32, 32, 3)", "out_of_range"],
  ["= 32", "= 1024", "out_of_range"],
  ["= 32", "= task.index", "task_outside"],
  ["= 32", "= width + 1", "recursive_declaration"],
  [
    "fusion met",
    "block pair(x: tokens): tokens {\n  let (a, b, c) = co_attention(x, x, heads: 4)\n  return a\n}\nlayer two = pair\nstream more = seen -> two\nfusion met",
    "wrong_type",
  ],
  ["-> with_cls -> transformer", "-> repeat(2) { let y = it -> norm } -> with_cls -> transformer", "no_result"],
  ["-> with_cls -> transformer", "-> repeat(2) { let y = it -> norm } -> transformer", "no_result"],
  ["fusion met", "block twist(x: tokens): tokens { let y = norm(x) }\nfusion met", "no_result"],
  ["fusion met", "block twist(x: tokns): tokens { return x }\nfusion met", "unknown_name"],
  ["fusion met", "block twist(x: tokens): tokns { return x }\nfusion met", "unknown_name"],
  ["fusion met", "block twist(x: tokens, x: int): tokens { return x }\nfusion met", "duplicate_declaration"],
  ["fusion met", "stream spare = 3\nfusion met", "stream_expected"],
  ["fusion met", "stream spare = norm -> linear(4)\nfusion met", "stream_expected"],
  ["from: met", "uses: [phto]\n  from: met", "unknown_name"],
  ["from: met", "uses: [photo]\n  from: met", "absent_stream"],
  ["[accuracy]", "[pearson]", "metric_target"],
  ["metrics: [accuracy]", "loss: cross_entropi", "unknown_choice"],
  ["metrics: [accuracy]", "loss: cross_entropy + 2", "wrong_type"],
  ["classes: 10)", "clases: 10)", "unknown_option"],
  ['path: "birds.csv"', 'path: "birds.csv"\n  columns: { phto: "file" }', "unknown_option"],
  ['path: "birds.csv"', 'path: "birds.csv"\n  split: { train: 90%, validation: 20% }', "bad_split"],
  ["tasks: [species]\n}\nstage", "tasks: []\n}\nstage", "task_without_data"],
  ["tasks: [species]\n}\nstage", "}\nstage", "missing_option"],
  ["  optimizer: adamw(rate: 1e-3)\n", "", "missing_option"],
  ["epochs: 3", "epochs: 0", "out_of_range"],
  ["epochs: 3", "epochs: 3\n  batch: { specis: 8 }", "unknown_option"],
  ["epochs: 3", 'epochs: 3\n  freeze: "sen.**"', "pattern_matches_nothing"],
  ["epochs: 3", 'epochs: 3\n  freeze: all except ["**.adaptr.**"]', "pattern_matches_nothing"],
  ["epochs: 3", "epochs: 3\n  freeze: sene", "unknown_name"],
  ["epochs: 3", "epochs: 3\n  freeze: all", "trains_nothing"],
  ["epochs: 3", "epochs: 3\n  freeze: seen\n  train: read", "conflicting_options"],
  ["epochs: 3", "epochs: 3\n  init: best(fit)", "later_stage"],
  ["epochs: 3", 'epochs: 3\n  with: { width: "big" }', "wrong_type"],
  ["epochs: 3", "epochs: 3\n  with: { widht: 64 }", "unknown_option"],
  ["epochs: 3", "epochs: 3\n  with: { width: nonsense }", "unknown_name"],
  ["epochs: 3", "epochs: 3\n  with: { width: seen }", "not_compile_time"],
  ["epochs: 3", "epochs: photo", "not_compile_time"],
  ["stage fit {\n  tasks: [species]", "stage fit {\n  tasks: []", "wrong_type"],
  ["epochs: 3", "epochs: 3\n  sampler: temperature(t: 0.5)", "out_of_range"],
  ["classes: 10", 'classes: ["a", "b", "c", "d", "e", "f", "g", "h", "i", "a"]', "repeated_element"],
  ["classes: 10", 'classes: 10, class_weights: { "1": 2, "1": 3 }', "duplicate_option"],
  ["metrics: [accuracy]", "metrics: [f1, accuracy, f1(average: macro)]", "repeated_element"],
  ["tasks: [species]\n}\nstage", "tasks: [species, species]\n}\nstage", "repeated_element"],
  ["stage fit {\n  tasks: [species]", "stage fit {\n  tasks: [species, species]", "repeated_element"],
  ['path: "birds.csv"', 'path: "birds.csv"  columns: { photo: "a", photo: "b" }', "duplicate_option"],
  ['path: "birds.csv"', 'path: { train: "a.csv", test: "b.csv", train: "c.csv" }', "duplicate_option"],
  ["param width", "param act: one of [relu, gelu, relu] = relu\nparam width", "repeated_element"],
  ["param width", "param sizes = { a: 1, a: 2 }\nparam width", "duplicate_option"],
  [
    "stream seen",
    'modality age: table(numeric: ["a", "b", "a"])\nstream old = age -> as_vector\nstream seen',
    "repeated_element",
  ],
  [
    "stream seen",
    "modality age: table(categorical: { a: 1, b: 2, a: 3 })\nstream old = age -> as_vector\nstream seen",
    "duplicate_option",
  ],
  ["head: norm", "uses: [photo, notes, photo]\n  head: norm", "repeated_element"],
  ["epochs: 3", "epochs: 3\n  sampler: main_plus_ratio(spieces)", "unknown_name"],
  ["epochs: 3", "epochs: 3\n  sampler: stop_and_go(over: weights({}))", "missing_weight_of_task"],
  ["epochs: 3", "epochs: 3\n  sampler: stop_and_go(over: weights({ species: 1, other: 2 }))", "unknown_option"],
  ["epochs: 3", "epochs: 3\n  sampler: alternating([species, spieces])", "wrong_type"],
  ["epochs: 3", "epochs: 3\n  sampler: alternating([draws([spieces])])", "unknown_name"],
  ["epochs: 3", "epochs: 3\n  sampler: alternating([draws([species], weights({}))])", "missing_weight_of_task"],
  ["epochs: 3", "epochs: 3\n  sampler: alternating([draws([species], uncertainty(8))])", "rows_not_tasks"],
];

function diagnosticsOf(text: string, set: Readonly<Record<string, string>> = {}): readonly string[] {
  return compileProgram({
    entry: "birds.mtl",
    host: createMemoryHost({ "birds.mtl": text }),
    set,
  }).diagnostics.map(({ name }) => name);
}

test("the specification that the mistakes are made in is sound", () => {
  expect(diagnosticsOf(sound)).toEqual([]);
});

test.each(mistakes)("%j turned into %j is one mistake and one message, %s", (from, to, name) => {
  expect(sound).toContain(from);
  expect(diagnosticsOf(sound.replace(from, to))).toEqual([name]);
});

test("a column that is two segments of a text is one mistake", () => {
  const paired = sound
    .replace("max_length: 8", "max_length: 8, segments: 2")
    .replace('path: "birds.csv"', 'path: "birds.csv"  columns: { notes: ["words", "words"] }');
  expect(diagnosticsOf(paired)).toEqual(["repeated_element"]);
});

test.each([
  ["width", "wide", "wrong_type"],
  ["width", "10%", "wrong_type"],
  ["width", "3 +", "wrong_type"],
  ["width", "4096", "out_of_range"],
  ["widht", "64", "unknown_param"],
])("--set %s=%s is %s", (param, text, name) => {
  expect(diagnosticsOf(sound, { [param]: text })).toEqual([name]);
});
