import type { Expression, TaskDeclaration } from "../../grammar/ast.ts";
import { expressions } from "../graph/expressions.ts";
import { type Value as GraphValue, sameShape, showShape } from "../graph/graph.ts";
import { removeDeadCode } from "../graph/remove-dead-code.ts";
import type { ForwardGraph } from "../stage/plan.ts";
import type { ResolvedTask } from "../schema/resolved.ts";
import type { TargetOutput } from "../targets/target.ts";
import type { TaskTarget } from "../targets/task-target.ts";
import { applyLayer } from "./apply.ts";
import { examplesOf, ofExamples } from "./candidates.ts";
import { classMaskOf, ofClassesAlone, withNone } from "./class-mask.ts";
import { type Elaboration, builderAt, report } from "./elaboration.ts";
import { evaluate, evaluateLayer } from "./evaluate.ts";
import type { Frame } from "./frame.ts";
import { mixedTargets, sharesOfMembers } from "./mixup.ts";
import { type ComparedFeature, addLoss } from "./task-loss.ts";
import { jointPresence, meanOfPresent, presenceFactor } from "./presence.ts";
import { batched, emit, reshape } from "./stream-ops.ts";
import { declarationFrame } from "./symbol-values.ts";
import { warnOfUnreadNumbers } from "./unread-numbers.ts";
import { optionOf } from "./uses.ts";
import { type Stream, type Value, describe, describeStream, kindOfRank, poison, shapeOf } from "./value.ts";
import { warnOfVectorsOfBoth } from "./vectors-of-both.ts";
import { wayToOneVector } from "./ways.ts";

/** The graph of one task in one mode; undefined where something is wrong, which has been reported. */
export function elaborateTask(
  elaboration: Elaboration,
  declaration: TaskDeclaration,
  task: ResolvedTask,
): ForwardGraph | undefined {
  const from = optionOf(declaration, "from");
  const { target } = elaboration;
  if (!from || !target) return undefined;
  const frame = declarationFrame(elaboration, declaration.span.file, ["task", task.name], from);
  if (!canBeMade(frame, declaration, target)) return undefined;
  const given = membersOf(frame, declaration, target, from);
  if (!given) return undefined;
  const { mode } = elaboration;
  const builder = builderAt(frame);
  const classMask = classMaskOf(frame, target.target);
  const known = (output: TargetOutput, value: GraphValue): GraphValue => knownPart(frame, classMask, output, value);
  for (const [name, value] of predictionsOf(frame, target, given)) builder.output({ kind: "prediction", name }, value);
  const drawn = sharesOfMembers(frame, declaration, from, given.length);
  if (!drawn) return undefined;
  const mixed = elaboration.rows === "shared" ? mixedTargets(frame, drawn) : undefined;
  const members = given.map(({ outputs, factor }, index) => ({
    outputs: new Map(
      target.outputs.map((output) => [output.name, known(output, valueOf(outputs, output.name))] as const),
    ),
    factor,
    share: (mixed?.shares ?? drawn)[index],
  }));
  if (
    mode !== "predict" &&
    !addLoss(frame, declaration, task, {
      declaration,
      loss: optionOf(declaration, "loss"),
      members,
      targets: targetInputs(frame, target),
      classMask,
      target,
      ...(mixed ? { rowWeight: mixed.rowWeight } : {}),
    })
  )
    return undefined;
  for (const [state, stream] of elaboration.updates) builder.output({ kind: "state", state }, stream.value);
  const built = builder.build(`${task.name}/${mode}`);
  // The other graphs have no input that only training reads.
  const graph = mode === "train" || !target.target.trainsWith ? built : removeDeadCode(built, { unusedInputs: "drop" });
  if (mode === "train") {
    warnOfUnreadNumbers(frame, task.name, graph);
    warnOfVectorsOfBoth(frame, { name: task.name, from }, target, graph);
  }
  return {
    task: task.name,
    mode,
    batch: examplesOf(elaboration),
    graph,
    weights: [...elaboration.weights.values()].map(({ declaration: weight }) => weight),
    adapted: new Map(
      [...elaboration.weights].flatMap(([name, { stream, read }]) =>
        read.value === stream.value ? [] : [[name, read.value] as const],
      ),
    ),
  };
}

/** The predictions of the stage's teacher for the task, by the names of the target's outputs. Its weights become weights of the task. */
export function teacherPredictions(
  elaboration: Elaboration,
  declaration: TaskDeclaration,
): ReadonlyMap<string, GraphValue> | undefined {
  const { teacherOverrides: overrides, target } = elaboration;
  const from = optionOf(declaration, "from");
  if (!overrides || !target || !from) return undefined;
  const teacher: Elaboration = {
    ...elaboration,
    overrides,
    mode: "evaluate",
    isTeacher: true,
    teacherOverrides: undefined,
    mixup: undefined,
    notes: undefined,
    made: new Map(),
    weights: new Map(),
    adaptations: { all: undefined },
    outputsOf: new Map(),
    updates: new Map(),
    modes: new Map(),
    randomSites: new Map(),
    reached: new Set(),
  };
  const frame = declarationFrame(teacher, declaration.span.file, ["task", declaration.name.name], from);
  const members = membersOf(frame, declaration, target, from);
  if (!members) return undefined;
  const predictions = predictionsOf(frame, target, members);
  for (const weight of teacher.weights.values()) elaboration.weights.set(weight.declaration.name, weight);
  return predictions;
}

/** The outputs that a task predicts, each of the last member or the mean over all. */
function predictionsOf(
  frame: Frame,
  target: TaskTarget,
  members: readonly Predicted[],
): ReadonlyMap<string, GraphValue> {
  const classMask = classMaskOf(frame, target.target);
  return new Map(
    target.outputs.map((output) => {
      const predicted = members.map(({ outputs, factor }) => ({ value: valueOf(outputs, output.name), factor }));
      const value = meanOfPresent(
        (op, inputs, attributes) => emit(frame, op, inputs, attributes),
        target.target.members === "last" ? predicted.slice(-1) : predicted,
      );
      return [output.name, knownPart(frame, classMask, output, value)] as const;
    }),
  );
}

/** Logits without those of classes that the data lacks, and vectors of length 1. */
function knownPart(
  frame: Frame,
  classMask: GraphValue | undefined,
  { labels, hasLengthOne }: TargetOutput,
  value: GraphValue,
): GraphValue {
  if (hasLengthOne) return ofLengthOne(frame, value);
  if (!classMask || labels === undefined || labels === "vocabulary") return value;
  return ofClassesAlone(frame, labels === "classes" ? classMask : withNone(frame, classMask), value);
}

function valueOf(outputs: ReadonlyMap<string, GraphValue>, name: string): GraphValue {
  const value = outputs.get(name);
  if (!value) throw new Error(`a member has no output ${name}`);
  return value;
}

/** True if every modality from which the reader makes the target has a kind that allows it, and every row has it. */
function canBeMade(frame: Frame, declaration: TaskDeclaration, { target }: TaskTarget): boolean {
  const { uses, modalities } = frame.elaboration;
  const { madeOf = [] } = target;
  const reasonAgainst = ({ modality, kinds, obstacle }: (typeof madeOf)[number]): string | undefined => {
    const found = modalities?.get(modality);
    // A modality that could not be resolved has been reported.
    if (found && !kinds.includes(found.kind)) return `it is of the kind ${found.kind}`;
    const reason = found && obstacle?.(found);
    if (reason !== undefined) return reason;
    const presence = uses.get(modality);
    if (presence === "required") return undefined;
    return presence ? "a row may lack it" : "the task does not use it";
  };
  const at = optionOf(declaration, "target")?.span ?? declaration.name.span;
  const wrong = madeOf.flatMap((source) => {
    const reason = reasonAgainst(source);
    return reason === undefined ? [] : [{ target: target.description, modality: source.modality, reason }];
  });
  for (const holes of wrong) report(frame, "target_modality", at, holes);
  return wrong.length === 0;
}

/** The outputs of one member of an ensemble, by name, and the rows that have them. */
interface Predicted {
  readonly outputs: ReadonlyMap<string, GraphValue>;
  readonly factor: GraphValue | undefined;
}

/** One member, or several for an ensemble. */
function membersOf(
  frame: Frame,
  declaration: TaskDeclaration,
  target: TaskTarget,
  from: Expression,
): readonly Predicted[] | undefined {
  const output = taskOutput(frame.elaboration, declaration);
  if (output.kind === "poison") return undefined;
  const head = optionOf(declaration, "head");
  const predictions: Predicted[] = [];
  for (const member of valuesOfMembers(output, target)) {
    const predicted = predictedBy(frame, member, target);
    if (!predicted) {
      const found = member.kind === "stream" ? describeStream(member.stream) : describe(member);
      const holes = {
        task: declaration.name.name,
        from: head ? "head" : "from",
        found,
        expected: expectedOutputs(target),
        target: target.target.description,
        hint: wayToOutputs(member, target),
        layers: layersToOutputs(member, target),
      } as const;
      report(frame, "head_mismatch", (head ? lastPart(head) : from).span, holes);
      return undefined;
    }
    predictions.push(predicted);
  }
  return predictions.length > 0 ? predictions : undefined;
}

/** A list has the members of an ensemble. Values with names are one member where a target has several outputs. */
function valuesOfMembers(output: Value, { outputs }: TaskTarget): readonly Value[] {
  if (output.kind === "list") return output.items;
  return output.kind === "tuple" && outputs.length === 1 ? output.items : [output];
}

/** The value of a task's `from` and `head`. They are checked even if the task's other options have errors. */
export function taskOutput(elaboration: Elaboration, declaration: TaskDeclaration): Value {
  const name = declaration.name.name;
  const [from, head] = [optionOf(declaration, "from"), optionOf(declaration, "head")];
  const frameOf = (expression: Expression): Frame =>
    declarationFrame(elaboration, declaration.span.file, ["task", name], expression);
  const input = from ? taskInput(frameOf(from), from, name) : poison;
  if (!head) return input;
  const frame = frameOf(head);
  const layer = evaluateLayer(frame, head);
  if (!layer || !from || input.kind === "poison") return poison;
  return applyLayer(frame, layer, [{ value: input, at: from.span }], { segment: "head" });
}

/** The kinds of values that a task can begin with, or with a list of: values with names and tuples have several outputs. */
const inputKinds: ReadonlySet<Value["kind"]> = new Set(["stream", "record", "tuple", "poison", "absent"]);

function taskInput(frame: Frame, from: Expression, task: string): Value {
  const input = evaluate(frame, from);
  if (input.kind === "absent") {
    report(frame, "absent_stream", from.span, { what: input.what, task });
    return poison;
  }
  const parts = input.kind === "list" || input.kind === "tuple" ? input.items : [input];
  const places = from.kind === "List" ? from.items : [from];
  const wrong = parts.findIndex(({ kind }) => !inputKinds.has(kind));
  const found = parts[wrong];
  if (!found) return parts.some((part) => part.kind === "poison") ? poison : input;
  report(frame, "stream_expected", (places[wrong] ?? from).span, {
    what: `"from" of the task "${task}"`,
    found: describe(found),
  });
  return poison;
}

/** The last call of a head, whose width is most likely the wrong one. */
function lastPart(head: Expression): Expression {
  return head.kind === "Pipe" ? lastPart(head.right) : head;
}

function wayToOutputs(output: Value, target: TaskTarget): string {
  if (target.wayToOutputs !== undefined) return target.wayToOutputs;
  const last = `linear(${target.outputs[0]?.shape.at(-1) ?? 1})`;
  if (output.kind === "record" || output.kind === "layer") return `Take one of its streams, and end in \`${last}\`.`;
  return output.kind === "stream" ? wayToOneVector(output.stream, last) : `Let the head end in \`${last}\`.`;
}

/** The layers that make an output of a stream, where one `linear` of a known width would do. */
function layersToOutputs(output: Value, { outputs, wayToOutputs }: TaskTarget): string | undefined {
  if (output.kind !== "stream" || wayToOutputs !== undefined || outputs.length > 1) return undefined;
  const last = `linear(${outputs[0]?.shape.at(-1) ?? 1})`;
  if (output.stream.kind === "vector") return last;
  return output.stream.kind === "tokens" || output.stream.kind === "regions" ? `mean -> ${last}` : undefined;
}

/** The outputs of a member `[B, …]` by name; undefined where one is missing or has another shape. */
function predictedBy(frame: Frame, member: Value, target: TaskTarget): Predicted | undefined {
  const { trainsWith = [] } = target.target;
  const unread = frame.elaboration.mode === "train" ? 0 : trainsWith.length;
  // A value without a name that no output takes would be ignored.
  if (member.kind === "tuple" && !member.names && member.items.length > target.outputs.length + unread)
    return undefined;
  const streams = target.outputs.map((output) => streamOf(member, output, target));
  const outputs = new Map<string, GraphValue>();
  for (const [index, output] of target.outputs.entries()) {
    const stream = streams[index];
    const value = stream && fitted(frame, stream, output, target);
    if (!value) return undefined;
    outputs.set(output.name, value);
  }
  const needed = streams.flatMap((stream, index) => (stream && !target.outputs[index]?.mayBeMissing ? [stream] : []));
  const there = presenceFactor(frame, jointPresence(needed));
  return { outputs, factor: there && ofExamples(frame, there) };
}

/** The stream of one output: the member itself where it is the only one, else the value of its name, or of its index in a tuple without names. */
function streamOf(member: Value, output: TargetOutput, { outputs }: TaskTarget): Stream | undefined {
  const value =
    outputs.length === 1 ? member : (namedValues(member).get(output.name) ?? itemOf(member, outputs.indexOf(output)));
  return value?.kind === "stream" ? value.stream : undefined;
}

function itemOf(member: Value, index: number): Value | undefined {
  return member.kind === "tuple" && !member.names ? member.items[index] : undefined;
}

function namedValues(value: Value): ReadonlyMap<string | undefined, Value> {
  if (value.kind === "record") return value.fields;
  return value.kind === "tuple" ? new Map(value.items.map((item, index) => [value.names?.[index], item])) : new Map();
}

/** Vectors [B, W] divided by their length. */
function ofLengthOne(frame: Frame, vectors: GraphValue): GraphValue {
  const e = expressions(builderAt(frame));
  const square = e.reduceSum(e.multiply(vectors, vectors), [1], "keep");
  // A vector of zeros stays one.
  return e.divide(vectors, e.sqrt(e.maximum(square, 1e-12)));
}

/** A stream as an output `[B, …]`; where it has one number for each row, candidate or token, the stream may have an axis for that number. */
function fitted(
  frame: Frame,
  stream: Stream,
  { shape: wanted }: TargetOutput,
  { target }: TaskTarget,
): GraphValue | undefined {
  const shape = shapeOf(stream);
  const { value } = batched(frame, stream);
  if (wanted.length > 0) {
    if (sameShape(shape, wanted)) return value;
    return sameShape(shape, [...wanted, 1]) ? reshape(frame, value, [value.shape[0] ?? 1, ...wanted]) : undefined;
  }
  if (shape.length > 1 || (shape[0] ?? 1) !== 1) return undefined;
  const { elaboration } = frame;
  const examples = examplesOf(elaboration);
  return reshape(frame, value, target.ranksCandidates ? [examples, elaboration.candidates?.most ?? 1] : [examples]);
}

function expectedOutputs({ outputs }: TaskTarget): string {
  const expected = outputs.map(({ name, shape }) => {
    const described = shape.length === 0 ? "vector[1] or a scalar" : `${kindOfRank(shape.length)}${showShape(shape)}`;
    return outputs.length === 1 ? described : `${name}: ${described}`;
  });
  return expected.join(", ");
}

/** The features that losses compare outputs with, by part. */
function targetInputs(frame: Frame, { features }: TaskTarget): ReadonlyMap<string, ComparedFeature> {
  const compared = features.filter(({ use }) => use === "compared");
  return new Map(
    compared.map((feature) => {
      const { name, dtype, shape } = feature;
      const value = builderAt(frame).input(
        { kind: "feature", feature: name },
        { dtype, shape: [examplesOf(frame.elaboration), ...shape] },
      );
      return [feature.part, { feature, value }];
    }),
  );
}
