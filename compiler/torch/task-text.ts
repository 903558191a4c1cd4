import { type GraphInput, type OutputRole, type Value, roleName } from "../graph/graph.ts";
import type { ResolvedSpecification } from "../schema/resolved.ts";
import { mixupOf } from "../features/augmentations.ts";
import type { BodyWriter } from "./body-writer.ts";
import { type Expression, atom } from "../lower/torch/expression.ts";
import type { ModelEmitter, TaskGraph } from "./model-emitter.ts";
import { NotExported } from "../lower/torch/not-exported.ts";
import { meaningOf } from "./meaning.ts";
import { pythonNumber } from "../lower/torch/sources.ts";

/** The lines of a task in one mode: what it predicts, and its loss. */
export interface TaskLines {
  readonly mode: TaskGraph["mode"];
  readonly predicted: readonly string[];
  readonly loss: readonly string[];
  /** Equal for tasks that predict the same. */
  readonly meaning: string;
  /** True if the weights of rows are read without a loss, as mixup does. */
  readonly weighs: boolean;
}

const indent = (lines: readonly string[]): readonly string[] => lines.map((line) => `    ${line}`);

/** Writes a task's method in one mode. */
export function taskLines(emitter: ModelEmitter, graph: TaskGraph, specification: ResolvedSpecification) {
  let weighs = false;
  let part: "predicted" | "loss" = "predicted";
  const writer: BodyWriter = emitter.task(graph, (input) => {
    if (input.role.kind === "row_weight" && part === "predicted") weighs = true;
    return inputText(graph, input, specification);
  });
  const roles = <Kind extends OutputRole["kind"]>(kind: Kind) =>
    graph.graph.outputs.flatMap(({ role, value }) =>
      role.kind === kind ? [{ role: role as Extract<OutputRole, { readonly kind: Kind }>, value }] : [],
    );
  const predictions = roles("prediction");
  const states = roles("state");
  const { lines, texts } = writer.linesOf([...predictions, ...states].map(({ value }) => value));
  const entries = predictions.map(({ role }, index) => `"${role.name}": ${texts[index]}`);
  const predicted = [
    ...lines,
    ...states.map(
      ({ role }, index) => `state(self, "${role.state}").copy_(${texts[predictions.length + index]}.detach())`,
    ),
    `outputs: dict[str, Tensor] = {${entries.join(", ")}}`,
  ];
  part = "loss";
  const terms = roles("loss_term");
  const losses: readonly { readonly name: string; readonly value: Value }[] = [
    ...roles("loss").map(({ value }) => ({ name: "loss", value })),
    ...(terms.length > 1 ? terms.map(({ role, value }) => ({ name: roleName(role), value })) : []),
  ];
  const scored = writer.linesOf(losses.map(({ value }) => value));
  const loss =
    losses.length === 0
      ? []
      : [
          "if row_weight is not None:",
          ...indent(scored.lines),
          ...indent(losses.map(({ name }, index) => `outputs["${name}"] = ${scored.texts[index]}`)),
          '    outputs["weight"] = row_weight.sum()',
        ];
  const made: TaskLines = { mode: graph.mode, predicted, loss, weighs, meaning: meaningOf(graph.graph) };
  return { lines: made, slots: writer.numbers };
}

/** The expression of an input of a graph in the method of its task. */
export function inputText(
  { task }: TaskGraph,
  { role, name }: GraphInput,
  specification: ResolvedSpecification,
): Expression {
  switch (role.kind) {
    case "feature":
      return atom(`features["${role.feature}"]`);
    case "row_weight":
      return atom("row_weight");
    case "class_mask":
      return atom(`self.class_mask_of_${task}`);
    case "scalar": {
      const mixup = mixupOf(specification.tasks[task]);
      if (role.name === "progress") return atom('number(self.numbers, "progress", 1.0)');
      if (!mixup) throw new NotExported(`The task "${task}" reads the number ${role.name}, which no export has.`);
      return atom(`mixing(self.numbers, "${role.name}", ${pythonNumber(mixup.alpha)})`);
    }
    default:
      throw new NotExported(
        `The task "${task}" reads ${name}, which mtl computes outside of the graph, so that it has no text in PyTorch.`,
      );
  }
}
