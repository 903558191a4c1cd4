import { sharedFeature, sharedInputs } from "../features/shared-inputs.ts";
import type { GraphInput, Value } from "../graph/graph.ts";
import { atom } from "../lower/torch/expression.ts";
import type { ResolvedSpecification } from "../schema/resolved.ts";
import type { WrittenMethod } from "./generation-text.ts";
import { type JoinedItem, joinedScopes } from "./joined-scopes.ts";
import type { ModelEmitter, TaskGraph } from "./model-emitter.ts";
import { inputText } from "./task-text.ts";

/** The method that predicts several tasks over the same rows, and computes once what they have in common; none where they have nothing. */
export function passMethods(
  emitter: ModelEmitter,
  graphs: readonly TaskGraph[],
  specification: ResolvedSpecification,
): readonly WrittenMethod[] {
  const shared = sharedInputs(
    specification,
    graphs.map(({ task }) => task),
    "predict",
  );
  const nameOf = ({ task }: TaskGraph, feature: string): string => sharedFeature(shared, task, feature);
  const joined = joinedScopes(emitter, graphs, nameOf);
  if (!joined.items.some(({ item, tasks }) => item.kind === "scope" && tasks.length > 1)) return [];
  const owners = new Map(graphs.flatMap((graph) => graph.graph.graph.inputs.map((input) => [input, graph] as const)));
  const inputOf = (input: GraphInput) => {
    const owner = owners.get(input);
    if (!owner) throw new Error(`${input.name} has no task`);
    const { role } = input;
    if (role.kind === "feature") return atom(`features["${nameOf(owner, role.feature)}"]`);
    return inputText(owner, input, specification);
  };
  const writer = emitter.task({ task: "", mode: "predict", graph: joined.graph }, inputOf, {
    scope: joined.graph.root,
    current: joined.current,
  });
  const groups = groupsOf(joined.items);
  const all = graphs.map(({ task }) => task);
  const lines = groups
    .filter(([first]) => (first?.tasks.length ?? 0) > 1)
    .flatMap((group) => {
      const tasks = group[0]?.tasks ?? [];
      const { lines: own } = writer.linesOf(readElsewhere(group, joined.items), joined.isThere(tasks));
      const condition = `if not tasks.isdisjoint((${tasks.map((task) => `"${task}"`).join(", ")})):`;
      return own.length === 0 || tasks.length === all.length ? own : [condition, ...indented(own)];
    });
  const ofTasks = graphs.flatMap((graph) => {
    const predictions = graph.graph.outputs.flatMap(({ role, value }) =>
      role.kind === "prediction" ? [{ name: role.name, value: joined.current(value) }] : [],
    );
    const { lines: own, texts } = writer.linesOf(
      predictions.map(({ value }) => value),
      joined.isThere([graph.task]),
    );
    const entries = predictions.map(({ name }, index) => `"${name}": ${texts[index]}`);
    return [
      `if "${graph.task}" in tasks:`,
      ...indented([...own, `outputs["${graph.task}"] = {${entries.join(", ")}}`]),
    ];
  });
  return [
    {
      signature:
        "def predict_several(self, tasks: set[str], features: dict[str, Tensor]) -> dict[str, dict[str, Tensor]]:",
      doc: "The outputs of several tasks for the same rows, as in prediction. A part that tasks have in common is computed once.",
      lines: ["outputs: dict[str, dict[str, Tensor]] = {}", ...lines, ...ofTasks, "return outputs"],
      numbers: writer.numbers,
    },
  ];
}

/** Items by the tasks that depend on them, those of the most tasks first: an item depends on no item of fewer tasks. */
function groupsOf(items: readonly JoinedItem[]): readonly (readonly JoinedItem[])[] {
  const groups = new Map<string, JoinedItem[]>();
  for (const item of items) {
    const key = item.tasks.join(" ");
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups.values()].toSorted((a, b) => (b[0]?.tasks.length ?? 0) - (a[0]?.tasks.length ?? 0));
}

const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => `    ${line}`);

/** The tensors of some items that other ones read. */
function readElsewhere(group: readonly JoinedItem[], items: readonly JoinedItem[]): readonly Value[] {
  const own = new Set(group);
  const read = new Set(items.filter((each) => !own.has(each)).flatMap(({ inputs }) => inputs));
  return group.flatMap(({ outputs }) => outputs).filter((value) => read.has(value));
}
