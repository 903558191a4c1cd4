import type { Expression, TaskDeclaration } from "../../grammar/ast.ts";
import {
  type ColumnTarget,
  type MaskedText,
  classCount,
  featureOfMaskedTarget,
  featureOfTarget,
  predictionNames,
  shapeOfScores,
} from "../features/features.ts";
import { type Value as GraphValue, sameShape, showShape } from "../graph/graph.ts";
import type { ForwardGraph } from "../stage/plan.ts";
import { describeTarget } from "../schema/describe-target.ts";
import type { ResolvedTask } from "../schema/resolved.ts";
import { applyLayer } from "./apply.ts";
import { examplesOf, ofExamples } from "./candidates.ts";
import { classMaskOf, ofClassesAlone } from "./class-mask.ts";
import { type Elaboration, originOf, report } from "./elaboration.ts";
import { evaluate, evaluateLayer } from "./evaluate.ts";
import type { Frame } from "./frame.ts";
import { sharesOfMembers } from "./mixup.ts";
import { addLoss } from "./task-loss.ts";
import { type Score, meanOfPresent, presenceFactor } from "./presence.ts";
import { batched, reshape } from "./stream-ops.ts";
import { declarationFrame } from "./symbol-values.ts";
import { optionOf } from "./uses.ts";
import { type Stream, type Value, describe, describeStream, kindOfRank, poison, shapeOf } from "./value.ts";
import { wayToOneVector } from "./ways.ts";

/** The graph of one task in one mode; nothing where something is wrong, which has been reported. */
export function elaborateTask(
  elaboration: Elaboration,
  declaration: TaskDeclaration,
  task: ResolvedTask,
): ForwardGraph | undefined {
  const from = optionOf(declaration, "from");
  if (!from) return undefined;
  const frame = declarationFrame(elaboration, declaration.span.file, ["task", task.name], from);
  const predicted = predictedBy(elaboration, frame, declaration, task);
  const given = predicted && scoresOf(elaboration, frame, declaration, task, predicted, from);
  if (!given) return undefined;
  const { builder, mode } = elaboration;
  builder.origin = originOf(frame, from.span);
  const classMask = classMaskOf(elaboration, task);
  const known = (value: GraphValue): GraphValue => (classMask ? ofClassesAlone(elaboration, classMask, value) : value);
  builder.output(
    { kind: "prediction", name: predictionNames[task.target.kind] },
    known(meanOfPresent(builder.emit.bind(builder), given)),
  );
  const shares = sharesOfMembers(elaboration, frame, declaration, from, given.length);
  if (!shares) return undefined;
  const members = given.map(({ value, factor }, index) => ({ value: known(value), factor, share: shares[index] }));
  if (
    mode !== "predict" &&
    !addLoss(elaboration, frame, declaration, task, {
      members,
      target: targetInput(elaboration, task, predicted),
      classMask,
    })
  )
    return undefined;
  for (const [state, stream] of elaboration.updates) builder.output({ kind: "state", state }, stream.value);
  return {
    task: task.name,
    mode,
    batch: examplesOf(elaboration),
    graph: builder.build(`${task.name}/${mode}`),
    weights: [...elaboration.weights.values()].map(({ declaration: weight }) => weight),
  };
}

/** What shapes the scores: the target, or the text whose tokens are hidden. */
type Predicted = ColumnTarget | MaskedText;

function predictedBy(
  elaboration: Elaboration,
  frame: Frame,
  declaration: TaskDeclaration,
  { target }: ResolvedTask,
): Predicted | undefined {
  if (target.kind !== "masked") return target;
  const { masked, uses, modalities } = elaboration;
  if (masked && uses.get(target.modality) === "required") return masked;
  const kind = modalities?.get(target.modality)?.kind;
  const reason =
    kind !== "text"
      ? `it is of the kind ${kind}`
      : uses.has(target.modality)
        ? "a row may lack it"
        : "the task does not use it";
  report(elaboration, frame, "masked_modality", optionOf(declaration, "target")?.span ?? declaration.name.span, {
    modality: target.modality,
    reason,
  });
  return undefined;
}

/** The scores of each member: one, or several for an ensemble. */
function scoresOf(
  elaboration: Elaboration,
  frame: Frame,
  declaration: TaskDeclaration,
  task: ResolvedTask,
  predicted: Predicted,
  from: Expression,
): readonly Score[] | undefined {
  const output = taskOutput(elaboration, declaration);
  if (output.kind === "poison") return undefined;
  const head = optionOf(declaration, "head");
  const members = output.kind === "list" || output.kind === "tuple" ? output.items : [output];
  const scores: Score[] = [];
  for (const member of members) {
    const score = member.kind === "stream" ? scoreOf(elaboration, member.stream, predicted) : undefined;
    if (!score) {
      const found = member.kind === "stream" ? describeStream(member.stream) : describe(member);
      const holes = {
        task: task.name,
        from: head ? "head" : "from",
        found,
        expected: expectedShape(predicted),
        target: describeTarget(task.target),
        hint: wayToScores(member, predicted),
      } as const;
      report(elaboration, frame, "head_mismatch", (head ? lastPart(head) : from).span, holes);
      return undefined;
    }
    scores.push(score);
  }
  return scores.length > 0 ? scores : undefined;
}

/** What a task's `from` and `head` give. They are checked together with the rest even where the task's other options are at fault. */
export function taskOutput(elaboration: Elaboration, declaration: TaskDeclaration): Value {
  const name = declaration.name.name;
  const [from, head] = [optionOf(declaration, "from"), optionOf(declaration, "head")];
  const frameOf = (expression: Expression): Frame =>
    declarationFrame(elaboration, declaration.span.file, ["task", name], expression);
  const input = from ? taskInput(elaboration, frameOf(from), from, name) : poison;
  if (!head) return input;
  const frame = frameOf(head);
  const layer = evaluateLayer(elaboration, frame, head);
  if (!layer || !from || input.kind === "poison") return poison;
  return applyLayer(elaboration, frame, layer, [{ value: input, at: from.span }], head.span, { segment: "head" });
}

function taskInput(elaboration: Elaboration, frame: Frame, from: Expression, task: string): Value {
  const input = evaluate(elaboration, frame, from);
  if (input.kind === "absent") {
    report(elaboration, frame, "absent_stream", from.span, { what: input.what, task });
    return poison;
  }
  const parts = input.kind === "list" || input.kind === "tuple" ? input.items : [input];
  const places = from.kind === "List" ? from.items : [from];
  const wrong = parts.findIndex(
    (part) => part.kind !== "stream" && part.kind !== "record" && part.kind !== "poison" && part.kind !== "absent",
  );
  const found = parts[wrong];
  if (!found) return parts.some((part) => part.kind === "poison") ? poison : input;
  report(elaboration, frame, "stream_expected", (places[wrong] ?? from).span, {
    what: `"from" of the task "${task}"`,
    found: describe(found),
  });
  return poison;
}

/** Where a head ends: the call whose width is wrong, most likely. */
function lastPart(head: Expression): Expression {
  return head.kind === "Pipe" ? lastPart(head.right) : head;
}

function wayToScores(output: Value, target: Predicted): string {
  if ("text" in target)
    return `Ask for the hidden places, \`masked_positions(${target.target.modality}) -> embed(width) -> cross_attend(…)\`, and end in \`tied(layer)\` or \`linear(${target.text.tokenizer.size})\`.`;
  const scores = `linear(${"classes" in target ? classCount(target) : 1})`;
  if (output.kind === "record" || output.kind === "layer") return `Take one of its streams, and end in \`${scores}\`.`;
  return output.kind === "stream" ? wayToOneVector(output.stream, scores) : `Let the head end in \`${scores}\`.`;
}

/** `[B, K]` for classes, `[B]` for a number, `[B, A]` for candidates, `[B, P, V]` for tokens; nothing where the shape is another. */
function scoreOf(elaboration: Elaboration, stream: Stream, target: Predicted): Score | undefined {
  const shape = shapeOf(stream);
  const { value } = batched(elaboration, stream);
  const there = presenceFactor(elaboration, stream.presence);
  const factor = there && ofExamples(elaboration, there);
  const wanted = shapeOfScores(target);
  if (wanted.length > 0) return sameShape(shape, wanted) ? { value, factor } : undefined;
  if (shape.length > 1 || (shape[0] ?? 1) !== 1) return undefined;
  const examples = examplesOf(elaboration);
  const unfolded =
    "kind" in target && target.kind === "ranking" ? [examples, elaboration.candidates?.most ?? 1] : [examples];
  return { value: reshape(elaboration, value, unfolded), factor };
}

function expectedShape(target: Predicted): string {
  const shape = shapeOfScores(target);
  return shape.length === 0 ? "vector[1] or a scalar" : `${kindOfRank(shape.length)}${showShape(shape)}`;
}

function targetInput(elaboration: Elaboration, task: ResolvedTask, target: Predicted): GraphValue {
  const feature =
    "text" in target ? featureOfMaskedTarget(task.name, target) : featureOfTarget(task.name, target, task.candidates);
  return elaboration.builder.input(
    { kind: "feature", feature: feature.name },
    { dtype: feature.dtype, shape: [examplesOf(elaboration), ...feature.shape] },
  );
}
