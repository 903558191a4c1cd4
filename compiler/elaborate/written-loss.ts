import type { BlockDeclaration, Expression, Node as SyntaxNode, Span, TaskDeclaration } from "../../grammar/ast.ts";
import { childrenOf } from "../../grammar/children.ts";
import type { Value as GraphValue } from "../graph/graph.ts";
import { type LossName, givenNames, lossNames } from "../resolve/loss-names.ts";
import { type NamedArguments, applyLayer } from "./apply.ts";
import { callableOf } from "./callables.ts";
import { examplesOf } from "./candidates.ts";
import { type Elaboration, report } from "./elaboration.ts";
import { evaluate, evaluateLayer } from "./evaluate.ts";
import { type Frame, frameAt, withLocal } from "./frame.ts";
import { mixed, opposite, rowWeightOf } from "./mixup.ts";
import { type Score, meanOfPresent } from "./presence.ts";
import { cast, emit } from "./stream-ops.ts";
import { declarationFrame } from "./symbol-values.ts";
import type { TaskTarget } from "../targets/task-target.ts";
import { teacherPredictions } from "./elaborate-task.ts";
import type { ComparedFeature, Member, Scored } from "./task-loss.ts";
import { optionOf } from "./uses.ts";
import { type Stream, type Value, describe, kindOfRank, poison, shapeOf, streamValue } from "./value.ts";

/** Values by the names under which a loss is given them; one that is not asked for is not made. */
type Given = ReadonlyMap<LossName, () => Value>;

/** True for a loss of rows that is written in the language: an expression that uses a name which is given, or a block that takes `output`. */
export function isWrittenLoss({ references }: Elaboration, frame: Frame, expression: Expression): boolean {
  return mentionsGiven(references, expression) || handedNames(references, frame, expression).includes("output");
}

function mentionsGiven(references: Elaboration["references"], node: SyntaxNode): boolean {
  if (node.kind === "Name") return references.nameOf(node).definition.kind === "given";
  return childrenOf(node).some((child) => mentionsGiven(references, child));
}

/** The names that the block which an expression calls has as parameters; none where the call gives it some of them by position. */
function handedNames(references: Elaboration["references"], frame: Frame, expression: Expression): readonly LossName[] {
  const callee = expression.kind === "Call" ? expression.callee : expression;
  const block = callee.kind === "Name" ? references.nameOf(callee).callee?.declaration : undefined;
  const given = expression.kind === "Call" ? expression.arguments.filter(({ name }) => !name) : [];
  if (block?.kind !== "Block" || given.some((argument) => mentionsGiven(references, argument))) return [];
  return givenNames(frame.file).filter((name) => takes(block, name));
}

function takes({ parameters }: BlockDeclaration, name: LossName): boolean {
  return parameters.some((parameter) => parameter.name.name === name);
}

/** The loss of each row [B], or one number [], of each member of an ensemble, and the mean of them. Undefined where something is wrong, which has been reported. */
export function writtenLoss(elaboration: Elaboration, expression: Expression, scored: Scored): GraphValue | undefined {
  const { declaration, loss: whole = expression } = scored;
  const path = ["task", declaration.name.name, "loss"];
  const frame = frameAt(declarationFrame(elaboration, whole.span.file, path, whole), expression.span);
  return overMembers(frame, scored, (given) => valueOfTerm(frame, expression, given));
}

/** The same of a block of the standard library with its defaults. */
export function defaultWrittenLoss(frame: Frame, name: string, scored: Scored): GraphValue | undefined {
  const { elaboration } = frame;
  const block = elaboration.bindings.prelude.symbols.get(name);
  if (block?.kind !== "Block") throw new Error(`the standard library has no loss ${name}`);
  const callable = callableOf(elaboration, block);
  const within = { ...frame, path: ["task", scored.declaration.name.name, "loss"] };
  return overMembers(within, scored, (given) => {
    const named = handed(
      given,
      lossNames.filter((each) => takes(block, each)),
      frame.at,
    );
    return applyLayer(within, { kind: "partial", callable, bound: new Map(), segment: name }, [], { named });
  });
}

function overMembers(frame: Frame, scored: Scored, valueOf: (given: Given) => Value): GraphValue | undefined {
  const rows: Score[] = [];
  for (const member of scored.members) {
    const towards = (target: () => Value): GraphValue | undefined =>
      lossIn(frame, valueOf(givenBy(frame, scored, member, target)));
    const own = towards(() => targetValue(frame, scored, ({ value }) => value));
    if (!own) return undefined;
    if (member.share && own.shape.length === 0) {
      reportTerm(frame, "one number for all rows, which mixup cannot mix");
      return undefined;
    }
    const other = member.share && towards(() => targetValue(frame, scored, ({ value }) => opposite(frame, value)));
    if (member.share && !other) return undefined;
    rows.push({
      value: member.share && other ? mixed(frame, member.share, own, other) : own,
      factor: own.shape.length === 0 ? undefined : member.factor,
    });
  }
  return meanOfPresent((op, inputs, attributes) => emit(frame, op, inputs, attributes), rows);
}

function givenBy(
  frame: Frame,
  { declaration, target, rowWeight }: Scored,
  { outputs }: Member,
  targetOfMember: () => Value,
): Given {
  const head = optionOf(declaration, "head");
  return new Map<LossName, () => Value>([
    ["output", () => oneOrNamed(target.outputs.map(({ name }) => [name, numbers(outputs.get(name))]))],
    ["target", targetOfMember],
    ["row_weight", () => numbers(rowWeight ?? rowWeightOf(frame))],
    ["teacher", () => teacherValue(frame, declaration, target)],
    ...(head ? ([["head", () => headLayer(frame.elaboration, declaration, head)]] as const) : []),
  ]);
}

/** The teacher's predictions, in the form of `output`. */
function teacherValue(frame: Frame, declaration: TaskDeclaration, { outputs }: TaskTarget): Value {
  const { elaboration } = frame;
  if (!elaboration.teacherOverrides) {
    report(frame, "no_teacher", frame.at, { task: declaration.name.name });
    return poison;
  }
  const predictions = teacherPredictions(elaboration, declaration);
  return predictions ? oneOrNamed(outputs.map(({ name }) => [name, numbers(predictions.get(name))])) : poison;
}

/** The value of the term with the given names bound, and handed to the block that it calls. */
function valueOfTerm(frame: Frame, expression: Expression, given: Given): Value {
  const scope = givenNames(frame.file).reduce((outer, name) => {
    const value = given.get(name);
    return value ? withLocal(outer, name, value) : outer;
  }, frame);
  const named = handed(given, handedNames(frame.elaboration.references, frame, expression), expression.span);
  return named.size > 0 ? applied(scope, expression, named) : evaluate(scope, expression);
}

function handed(given: Given, names: readonly LossName[], at: Span): NamedArguments {
  return new Map(
    names.flatMap((name) => {
      const value = given.get(name);
      return value ? [[name, { value: value(), at }] as const] : [];
    }),
  );
}

function lossIn(frame: Frame, value: Value): GraphValue | undefined {
  if (value.kind === "poison") return undefined;
  if (value.kind === "stream" && isLoss(frame.elaboration, value.stream)) return value.stream.value;
  reportTerm(frame, describe(value));
  return undefined;
}

function applied(frame: Frame, expression: Expression, named: NamedArguments): Value {
  const layer = evaluateLayer(frame, expression);
  return layer ? applyLayer(frameAt(frame, expression.span), layer, [], { named }) : poison;
}

/** A number for each example, or one for all. */
function isLoss(elaboration: Elaboration, stream: Stream): boolean {
  const [rows = examplesOf(elaboration)] = stream.value.shape;
  return shapeOf(stream).length === 0 && rows === examplesOf(elaboration);
}

function reportTerm(frame: Frame, found: string): void {
  report(frame, "wrong_type", frame.at, {
    what: "A term of the loss",
    expected: "a number for each row",
    found,
  });
}

function headLayer(elaboration: Elaboration, declaration: TaskDeclaration, head: Expression): Value {
  const task = ["task", declaration.name.name];
  const layer = evaluateLayer(declarationFrame(elaboration, declaration.span.file, task, head), head);
  return layer ? { kind: "layer", layer: { kind: "instance", path: [...task, "head"], of: layer } } : poison;
}

function targetValue(frame: Frame, { targets }: Scored, valueOf: (compared: ComparedFeature) => GraphValue): Value {
  return oneOrNamed([...targets].map(([part, compared]) => [part, comparedValue(frame, compared, valueOf(compared))]));
}

/** Whole numbers are ids, of which −1 is none: masked, and 0 where they are looked at all the same. */
function comparedValue(frame: Frame, { feature }: ComparedFeature, value: GraphValue): Value {
  if (value.dtype !== "int32") return numbers(value);
  const ids = { kind: "ids", batch: "batched", positions: new Map() } as const;
  const vocabulary = feature.below === undefined ? {} : { vocabulary: feature.below };
  if (feature.empty >= 0) return streamValue({ ...ids, value, ...vocabulary });
  const constant = (each: number): GraphValue => emit(frame, "fill", [], { dtype: "float32", shape: [], value: each });
  const number = cast(frame, value, "float32");
  const there = cast(frame, emit(frame, "greater", [number, constant(-0.5)], {}), "float32");
  const known = cast(frame, emit(frame, "maximum", [number, constant(0)], {}), "int32");
  return streamValue({ ...ids, value: known, mask: there, ...vocabulary });
}

function numbers(value: GraphValue | undefined): Value {
  if (!value) return poison;
  return streamValue({
    kind: kindOfRank(value.shape.length - 1),
    value,
    batch: "batched",
    positions: new Map(),
  });
}

/** The value where there is one, else a record of all of them. */
function oneOrNamed(values: readonly (readonly [string, Value])[]): Value {
  const [only] = values;
  if (only && values.length === 1) return only[1];
  return { kind: "record", what: `the record of ${values.map(([name]) => name).join(", ")}`, fields: new Map(values) };
}
