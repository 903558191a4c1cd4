import { expect, test } from "vitest";
import { createMemoryHost } from "../../compiler/host.ts";
import { namesElsewhere } from "../../compiler/diagnostics/names-like.ts";
import { compileProgram } from "../../compiler/program.ts";
import { preludeBlocks } from "../../compiler/prelude/prelude.ts";

/** The help of the first diagnostic of a specification with this stream and these options of its stage. */
function helpFor({ stream = "words -> embed(8) -> mean", task = "", stage = "" }): string | undefined {
  const text = `model m "m"
modality words: text(max_length: 8)
stream read = ${stream}
task topic { from: read, head: linear(2), target: category("topic", classes: 2), ${task} }
dataset rows { path: "rows.csv", tasks: [topic] }
stage fit { optimizer: adam(rate: 1e-3), epochs: 1, ${stage} }
`;
  return compileProgram({ entry: "m.mtl", host: createMemoryHost({ "m.mtl": text }) }).diagnostics[0]?.help;
}

test("a name of another library is answered by the block that computes the same here", () => {
  expect(helpFor({ stream: "words -> embed(8) -> dense(4) -> mean" })).toContain('There is also "linear"');
  expect(helpFor({ stream: "words -> embed(8) -> Dense(4) -> mean" })).toContain('There is also "linear"');
});

test("the names that stand for those of other libraries exist", () => {
  const known = new Set(preludeBlocks.map(({ name }) => name));
  expect(Object.values(namesElsewhere).filter((name) => !known.has(name))).toEqual([]);
});

test("a name that is no typing mistake is answered by names with a word in common", () => {
  expect(helpFor({ stream: "words -> embed(8) -> global_pool" })).toContain('"attention_pool"');
  expect(helpFor({ stream: "words -> embed(8) -> batch_norm -> mean" })).toContain('"norm"');
  expect(helpFor({ stream: "words -> embed(8) -> qqqq -> mean" })).toBe(
    "Declare it, import it, or check its spelling.",
  );
});

test("a typing mistake is answered by one name", () => {
  expect(helpFor({ stream: "words -> embed(8) -> transfomer(layers: 1, heads: 2) -> mean" })).toBe(
    'Did you mean "transformer"?',
  );
});

test.each([
  [{ stage: "metrics: [accuracy]" }, '"metrics" is an option of a task.'],
  [{ stage: "weights: 2" }, '"weight" is an option of a task.'],
  [{ stage: 'split: { column: "set" }' }, '"split" is an option of a dataset.'],
  [{ task: "batch: 8" }, '"batch" is an option of a stage.'],
  [{ stage: "schedul: linear" }, 'Did you mean "schedule"?'],
])("an option of another kind of declaration says where it belongs: %j", (written, help) => {
  expect(helpFor(written)).toBe(help);
});
