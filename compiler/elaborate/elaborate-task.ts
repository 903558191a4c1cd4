import type { Expression, TaskDeclaration } from "../../grammar/ast.ts";
import { classCount, featureOfTarget } from "../features.ts";
import type { Value as GraphValue } from "../graph/graph.ts";
import type { ForwardGraph } from "../plan.ts";
import type { ResolvedTarget, ResolvedTask } from "../schema/resolved.ts";
import { applyLayer } from "./apply.ts";
import { type Elaboration, originOf, report } from "./elaboration.ts";
import { evaluate, evaluateLayer } from "./evaluate.ts";
import type { Frame } from "./frame.ts";
import { addLoss } from "./task-loss.ts";
import { batched, reshape } from "./stream-ops.ts";
import { declarationFrame } from "./symbol-values.ts";
import { optionOf } from "./uses.ts";
import { type Stream, type Value, describe, describeStream, shapeOf } from "./value.ts";

/** The graph of one task in one mode; nothing where something is wrong, which has been reported. */
export function elaborateTask(elaboration: Elaboration, declaration: TaskDeclaration, task: ResolvedTask): ForwardGraph | undefined {
  const from = optionOf(declaration, "from");
  if (!from) return undefined;
  const path = ["task", task.name];
  const frame = declarationFrame(elaboration, declaration.span.file, path, from);
  const scores = predict(elaboration, frame, declaration, task, from);
  if (!scores) return undefined;
  const { builder, mode, batch } = elaboration;
  builder.origin = originOf(frame, from.span);
  builder.output({ kind: "prediction", name: task.target.kind === "number" ? "value" : "logits" }, mean(elaboration, scores));
  if (mode !== "predict" && !addLoss(elaboration, frame, declaration, task, scores, targetInput(elaboration, task))) return undefined;
  for (const [state, stream] of elaboration.updates) builder.output({ kind: "state", state }, stream.value);
  return { task: task.name, mode, batch, graph: builder.build(`${task.name}/${mode}`), weights: [...elaboration.weights.values()].map(({ declaration: weight }) => weight) };
}

/** The scores of each member: one, or several for an ensemble. */
function predict(elaboration: Elaboration, frame: Frame, declaration: TaskDeclaration, task: ResolvedTask, from: Expression): readonly GraphValue[] | undefined {
  const input = evaluate(elaboration, frame, from);
  if (input.kind === "poison") return undefined;
  if (input.kind === "absent") {
    report(elaboration, frame, "absent_stream", from.span, { what: input.what, task: task.name });
    return undefined;
  }
  const head = optionOf(declaration, "head");
  const output = head ? applyHead(elaboration, declaration, task, head, input) : input;
  if (!output || output.kind === "poison") return undefined;
  const members = output.kind === "list" || output.kind === "tuple" ? output.items : [output];
  const scores: GraphValue[] = [];
  for (const member of members) {
    const score = member.kind === "stream" ? scoreOf(elaboration, member.stream, task.target) : undefined;
    if (!score) {
      const found = member.kind === "stream" ? describeStream(member.stream) : describe(member);
      report(elaboration, frame, "head_mismatch", (head ?? from).span, { task: task.name, found, expected: expectedShape(task.target), target: describeTarget(task.target) });
      return undefined;
    }
    scores.push(score);
  }
  return scores.length > 0 ? scores : undefined;
}

function applyHead(elaboration: Elaboration, declaration: TaskDeclaration, task: ResolvedTask, head: Expression, input: Value): Value | undefined {
  const frame = declarationFrame(elaboration, declaration.span.file, ["task", task.name], head);
  const layer = evaluateLayer(elaboration, frame, head);
  return layer && applyLayer(elaboration, frame, layer, [{ value: input, at: head.span }], head.span, { segment: "head" });
}

/** `[B, K]` for classes, `[B]` for a number; nothing where the shape is another. */
function scoreOf(elaboration: Elaboration, stream: Stream, target: ResolvedTarget): GraphValue | undefined {
  const shape = shapeOf(stream);
  const { value } = batched(elaboration, stream);
  if (target.kind !== "number") return shape.length === 1 && shape[0] === classCount(target) ? value : undefined;
  return shape.length === 0 || (shape.length === 1 && shape[0] === 1) ? reshape(elaboration, value, [elaboration.batch]) : undefined;
}

function expectedShape(target: ResolvedTarget): string {
  return target.kind === "number" ? "vector[1] or a scalar" : `vector[${classCount(target)}]`;
}

export function describeTarget(target: ResolvedTarget): string {
  return target.kind === "number" ? "a number" : `${target.kind === "category" ? "a category" : "labels"} of ${classCount(target)} classes`;
}

function mean(elaboration: Elaboration, scores: readonly GraphValue[]): GraphValue {
  const [first, ...rest] = scores;
  if (!first) throw new Error("a task has no scores");
  if (rest.length === 0) return first;
  const sum = rest.reduce((total, score) => elaboration.builder.emit("add", [total, score], {}), first);
  return elaboration.builder.emit("multiply", [sum, elaboration.builder.emit("fill", [], { dtype: "float32", shape: [], value: 1 / scores.length })], {});
}

function targetInput(elaboration: Elaboration, task: ResolvedTask): GraphValue {
  const feature = featureOfTarget(task.name, task.target);
  return elaboration.builder.input({ kind: "feature", feature: feature.name }, { dtype: feature.dtype, shape: [elaboration.batch, ...feature.shape] });
}
