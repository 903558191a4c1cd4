import { expect, test } from "vitest";
import { PlacementReader } from "../../runtime/engines/webgpu-placement.ts";

/** Lines of ONNX Runtime 1.30 in a page, as it writes them. */
const line = (text: string): string =>
  `2026-11-29 21:32:41.506909 [V:onnxruntime:, session_state.cc:1385 VerifyEachNodeIsAssignedToAnEp] ${text}`;

const ofStep = [
  "Node placements",
  " Node(s) placed on [CPUExecutionProvider]. Number of nodes: 3",
  "  LogSoftmax (76 log_softmax task.valence)",
  "  OneHot (77 one_hot task.valence)",
  "  OneHot (78 one_hot task.valence)",
  " Node(s) placed on [WebGpuExecutionProvider]. Number of nodes: 1",
  "  Cast (0 cast word)",
].map(line);

const notesOf = (lines: readonly string[]): readonly string[] => {
  const notes: string[] = [];
  const reader = new PlacementReader((note) => notes.push(note));
  for (const each of lines) reader.read(each);
  return notes;
};

test("the ops that are not on the graphics processor are told once, by name", () => {
  const notes = notesOf([...ofStep, ...ofStep]);
  expect(notes).toHaveLength(1);
  expect(notes[0]).toContain("cannot run LogSoftmax and OneHot of this model on the graphics processor");
  expect(notes[0]).not.toContain("Cast");
});

test("an op of a later graph is told, too, and a graph that is wholly on the graphics processor is not", () => {
  const whole = [" All nodes placed on [WebGpuExecutionProvider]. Number of nodes: 2", "  Cast (0 cast word)"].map(
    line,
  );
  expect(notesOf(whole)).toEqual([]);
  const later = [" All nodes placed on [CPUExecutionProvider]. Number of nodes: 1", "  TopK (1 top)", "Ready."].map(
    line,
  );
  expect(notesOf([...ofStep, ...whole, ...later])[1]).toContain("cannot run TopK of this model");
});
