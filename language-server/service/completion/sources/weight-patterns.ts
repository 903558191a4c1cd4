import { globMatches } from "../../../../compiler/stage/weight-patterns.ts";
import { counted } from "../../../../compiler/counted.ts";
import type { Draft } from "../completion-item.ts";
import { typesWithin } from "../expected.ts";
import { type CompletionRequest, type Source, namesDeclared } from "../request.ts";
import { segmentAt } from "../string-segment.ts";

/** The next segment of a pattern, by the names of the weights that the specification has. */
export const weightPatterns: Source = (request) => {
  const { value } = request.slot;
  if (value?.kind !== "option" || !typesWithin(value.type).some(({ kind }) => kind === "pattern")) return [];
  const segment = segmentAt(request, ".");
  if (!segment) return [];
  const { before, at } = segment;
  const weights = [
    ...new Set(request.workspace.withShapes(request.analysis.path).flatMap((each) => [...each.weights])),
  ];
  const counts = new Map<string, number>();
  for (const name of weights)
    for (const next of nextSegments(name, before)) counts.set(next, (counts.get(next) ?? 0) + 1);
  const found = [...counts].map(([label, count]) => ({ label, detail: counted(count, "weight") }));
  const guessed = namesInText(request, before).map((label) => ({ label, detail: "" }));
  const items = found.length > 0 ? found : guessed;
  const wildcards = [
    { label: "**", detail: "any number of segments" },
    { label: "*", detail: "any segment" },
  ];
  return [
    ...items.map((item) => ({ ...item, kind: "weight", rank: 0, at }) satisfies Draft),
    ...wildcards.map((item) => ({ ...item, kind: "weight", rank: 1, at }) satisfies Draft),
  ];
};

/** The segments of a name that may follow the segments of a pattern. */
function nextSegments(name: string, before: readonly string[]): ReadonlySet<string> {
  const segments = name.split(".");
  if (before.length === 0) return new Set(segments.slice(0, 1));
  const pattern = before.join(".").replaceAll("{task}", "*");
  const first = before.includes("**") ? 1 : before.length;
  const last = before.includes("**") ? segments.length - 1 : Math.min(before.length, segments.length - 1);
  const next = new Set<string>();
  for (let length = first; length <= last; length += 1)
    if (globMatches(pattern, segments.slice(0, length).join("."))) next.add(segments[length] ?? "");
  return next;
}

/** The beginnings of names that the text shows, where no shapes are known. */
function namesInText(request: CompletionRequest, before: readonly string[]): readonly string[] {
  if (before.length === 0)
    return [...["stream", "fusion", "layer"].flatMap((kind) => namesDeclared(request, kind)), "task"];
  return before.length === 1 && before[0] === "task" ? namesDeclared(request, "task") : [];
}
