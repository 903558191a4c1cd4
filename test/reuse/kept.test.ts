import { expect, test } from "vitest";
import { createMemoryHost } from "../../compiler/host.ts";
import { createReporter } from "../../compiler/diagnostics/reporter.ts";
import { NotesOfAll } from "../../compiler/elaborate/notes.ts";
import { checkedWork } from "../../compiler/elaborate/work.ts";
import { compileProgram } from "../../compiler/program.ts";
import { type KeptTasks, TaskElaborations } from "../../compiler/reuse/task-elaborations.ts";
import { type Files, entry, twoFiles } from "./two-files.ts";

/** Elaborates every task of a specification, with what an earlier compilation left. */
function keptOf(texts: Files, previous: KeptTasks = new Map()): KeptTasks {
  const { files, program, diagnostics } = compileProgram({ entry, host: createMemoryHost(texts) });
  if (!program) throw new Error(JSON.stringify(diagnostics));
  const reporter = createReporter();
  const settings = { files, reporter, work: checkedWork(), notes: new NotesOfAll(), previous };
  const elaborations = new TaskElaborations(program, settings);
  for (const task of Object.keys(program.specification.tasks)) elaborations.elaborate(task, "train", undefined);
  return elaborations.kept;
}

const first = keptOf(twoFiles);

test.each([
  ["a comment above everything", "model notes", "// Of a clinic.\nmodel notes", ["mood", "size", "guess", "choice"]],
  ["the options of a stage", "rate: 1e-2", "rate: 1e-4", ["mood", "size", "guess", "choice"]],
  ["the head of a task", "head: linear(3)", "head: norm -> linear(3)", ["size", "guess", "choice"]],
  ["a stream", "patches(4)", "patches(2)", ["mood", "choice"]],
  ["a modality", "max_length: 8", "max_length: 16", ["size"]],
  ["a block that one task applies", "return a + b", "return a * b", ["mood", "size", "choice"]],
  ["the candidates of a data set", "max_candidates: 4", "max_candidates: 5", ["mood", "size", "guess"]],
  ["the name of a task", "guess", "guessed", []],
])("after a change of %s, the tasks that do not depend on it are not elaborated again", (_, from, to, expected) => {
  const text = twoFiles[entry] ?? "";
  expect(text).toContain(from);
  const second = keptOf({ ...twoFiles, [entry]: text.replaceAll(from, to) }, first);
  const used = [...second].filter(([slot, { reach, unused }]) => unused === 0 && reach === first.get(slot)?.reach);
  expect(used.map(([, { forward }]) => forward.task).sort()).toEqual([...expected].sort());
});
