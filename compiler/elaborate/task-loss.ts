import type { Expression, TaskDeclaration } from "../../grammar/ast.ts";
import { calledName } from "../../grammar/written-names.ts";
import { resolveCall } from "./options/resolve-call.ts";
import { resolveDefault } from "./options/resolve-options.ts";
import { nearest } from "../diagnostics/nearest.ts";
import type { Value as GraphValue } from "../graph/graph.ts";
import { losses } from "../schema/losses.ts";
import type { LossKind, ResolvedLoss, ResolvedTask } from "../schema/resolved.ts";
import { namesIn } from "../resolve/scopes.ts";
import type { TargetFeature } from "../targets/target.ts";
import type { TaskTarget } from "../targets/task-target.ts";
import { type Elaboration, builderAt, report } from "./elaboration.ts";
import { evaluate } from "./evaluate.ts";
import { type Frame, frameAt } from "./frame.ts";
import { mixed, opposite, rowWeightOf } from "./mixup.ts";
import { lossDefinitions } from "./losses/index.ts";
import type { LossCall, LossDefinition } from "./losses/loss.ts";
import { type Score, meanOfPresent } from "./presence.ts";
import { emit } from "./stream-ops.ts";
import { declarationFrame } from "./symbol-values.ts";
import { optionOf } from "./uses.ts";
import { describe, shapeOf } from "./value.ts";
import { declareWeight } from "./weights.ts";
import { defaultWrittenLoss, isWrittenLoss, writtenLoss } from "./written-loss.ts";

/** The prediction of one member of an ensemble; a task without an ensemble has one member. */
export interface Member {
  /** `[B, …]` by the names of the target's outputs. */
  readonly outputs: ReadonlyMap<string, GraphValue>;
  /** [B], 1 for rows that have it; undefined where all do. */
  readonly factor: GraphValue | undefined;
  /** [B]: how much of its own target each row has; the rest is that of the opposite row. */
  readonly share: GraphValue | undefined;
}

/** A feature that a loss compares outputs with, as a value of the graph `[B, …]`. */
export interface ComparedFeature {
  readonly feature: TargetFeature;
  readonly value: GraphValue;
}

/** The values that a task's loss compares. */
export interface Scored {
  readonly declaration: TaskDeclaration;
  /** The whole loss that a term belongs to; `undefined` for the default. */
  readonly loss: Expression | undefined;
  readonly target: TaskTarget;
  readonly members: readonly Member[];
  /** The features of the target, by part. */
  readonly targets: ReadonlyMap<string, ComparedFeature>;
  /** [K], 1 for outputs that have a class; undefined where all have one. */
  readonly classMask: GraphValue | undefined;
  /** [B]: the weight of each row in the loss, if it is not the input of the graph. */
  readonly rowWeight?: GraphValue;
}

interface UnscaledTerm {
  readonly name: string;
  /** The loss of each row [B], or one number [] for a term that does not depend on the rows. */
  readonly value: GraphValue;
}

interface Term extends UnscaledTerm {
  readonly factor: number;
}

/** Emits the task's loss, the weighted sum of its terms and those of its stage, and each term by name. Tells whether all went well. */
export function addLoss(frame: Frame, declaration: TaskDeclaration, task: ResolvedTask, scored: Scored): boolean {
  const expression = optionOf(declaration, "loss");
  const here = frameAt(frame, (expression ?? declaration).span);
  const own = expression ? termsOf(frame, expression, scored, 1) : defaultTerms(frame, declaration, scored);
  const ofStage = frame.elaboration.stage && optionOf(frame.elaboration.stage, "loss");
  const added = ofStage ? termsOf(stageFrame(frame, ofStage), ofStage, { ...scored, loss: ofStage }, 1) : [];
  if (!own || !added) return false;
  const given = [...own, ...added];
  const builder = builderAt(here);
  const rowWeight = scored.rowWeight ?? rowWeightOf(here);
  const on = (
    op: "add" | "multiply" | "divide" | "maximum" | "greater",
    left: GraphValue,
    right: GraphValue,
  ): GraphValue => emit(here, op, [left, right], {});
  const sum = (value: GraphValue): GraphValue =>
    emit(here, "reduce_sum", [value], { axes: [0], keep_dimensions: false });
  const constant = (value: number): GraphValue => emit(here, "fill", [], { dtype: "float32", shape: [], value });
  const weightOfAll = sum(rowWeight);
  const rows = {
    // If no row counts, the mean is 0 ∕ 1.
    sum_of_weights: () => emit(here, "select", [on("greater", weightOfAll, constant(0)), weightOfAll, constant(1)], {}),
    at_least_one: () => on("maximum", weightOfAll, constant(1)),
  }[frame.elaboration.rules.weightedMean]();
  const names = new Map<string, number>();
  let total: GraphValue | undefined;
  for (const term of given) {
    const value =
      term.value.shape.length === 0 ? term.value : on("divide", sum(on("multiply", term.value, rowWeight)), rows);
    const count = (names.get(term.name) ?? 0) + 1;
    names.set(term.name, count);
    builder.output({ kind: "loss_term", term: count === 1 ? term.name : `${term.name}_${count}` }, value);
    const factor = term.factor * task.weight;
    const weighted = factor === 1 ? value : on("multiply", value, constant(factor));
    total = total ? on("add", total, weighted) : weighted;
  }
  if (total) builder.output({ kind: "loss" }, total);
  return total !== undefined;
}

/** The frame of a stage's loss, whose weights are named as those of the task's own loss. */
function stageFrame({ elaboration, path }: Frame, loss: Expression): Frame {
  return declarationFrame(elaboration, loss.span.file, path, loss);
}

/** Terms with their factors: `cross_entropy + 0.1 * (focal - penalty)` has three. */
function termsOf(frame: Frame, expression: Expression, scored: Scored, factor: number): readonly Term[] | undefined {
  if (expression.kind === "Binary" && (expression.operator === "+" || expression.operator === "-")) {
    const left = termsOf(frame, expression.left, scored, factor);
    const right = termsOf(frame, expression.right, scored, expression.operator === "+" ? factor : -factor);
    return left && right && [...left, ...right];
  }
  const scaled = scaledLoss(frame, expression);
  if (scaled) return termsOf(frame, scaled.loss, scored, factor * scaled.scale);
  const term = termOf(frame, expression, scored);
  return term && [{ ...term, factor }];
}

/** The parts of `0.1 * focal` and of `focal * 0.1`; `undefined` if no side is a number. */
function scaledLoss(
  frame: Frame,
  expression: Expression,
): { readonly loss: Expression; readonly scale: number } | undefined {
  if (expression.kind !== "Binary" || expression.operator !== "*") return undefined;
  const { left, right } = expression;
  const [scale, loss] = holdsLoss(frame, left) ? [right, left] : [left, right];
  const value = isWrittenLoss(frame.elaboration, frame, scale) ? undefined : evaluate(frame, scale);
  return value?.kind === "number" && value.measure === undefined ? { loss, scale: value.value } : undefined;
}

/** A loss of the schema, one that is written in the language, or a scalar stream. */
function termOf(frame: Frame, expression: Expression, scored: Scored): UnscaledTerm | undefined {
  if (calledLoss(expression) !== undefined) {
    const loss = resolveCall(frame, expression, "loss");
    return loss && lossTerm(frame, expression, loss, scored);
  }
  if (!isWrittenLoss(frame.elaboration, frame, expression)) return penaltyTerm(frame, expression);
  const value = writtenLoss(frame.elaboration, expression, scored);
  return value && { name: calledName(expression) ?? "term", value };
}

function penaltyTerm(frame: Frame, expression: Expression): UnscaledTerm | undefined {
  if (!isKnownTerm(frame, expression)) return undefined;
  const value = evaluate(frame, expression);
  if (value.kind === "poison") return undefined;
  if (value.kind === "stream" && shapeOf(value.stream).length === 0)
    return { name: expression.kind === "Name" ? expression.name : "penalty", value: value.stream.value };
  report(frame, "wrong_type", expression.span, {
    what: "A term of the loss",
    expected: `a loss (${Object.keys(losses).join(", ")}) or a scalar stream`,
    found: describe(value),
  });
  return undefined;
}

function isKnownTerm(frame: Frame, expression: Expression): boolean {
  const name = calledName(expression);
  const callee = expression.kind === "Call" ? expression.callee : expression;
  const term = callee.kind === "Name" ? frame.elaboration.references.nameOf(callee) : undefined;
  if (name === undefined || calledLoss(expression) !== undefined || term?.bound?.kind === "declaration") return true;
  report(frame, "unknown_choice", expression.span, {
    what: "The loss",
    value: name,
    choices: Object.keys(losses).join(", "),
    nearest: nearest(name, [
      ...Object.keys(losses),
      ...(term ? namesIn(term.scope, frame.elaboration.references.prelude) : []),
    ]),
  });
  return false;
}

/** The names and options of a task's losses, where the task itself cannot be elaborated. */
export function checkLoss(elaboration: Elaboration, declaration: TaskDeclaration): void {
  const loss = optionOf(declaration, "loss");
  if (!loss) return;
  const frame = declarationFrame(elaboration, declaration.span.file, [], loss);
  const check = (term: Expression): void => {
    if (term.kind === "Binary") {
      check(term.left);
      check(term.right);
    } else if (calledLoss(term) !== undefined) resolveCall(frame, term, "loss");
    else if (!isWrittenLoss(elaboration, frame, term)) isKnownTerm(frame, term);
  };
  check(loss);
}

function holdsLoss(frame: Frame, expression: Expression): boolean {
  const holds = (part: Expression): boolean => holdsLoss(frame, part);
  return (
    calledLoss(expression) !== undefined ||
    isWrittenLoss(frame.elaboration, frame, expression) ||
    (expression.kind === "Binary" && (holds(expression.left) || holds(expression.right)))
  );
}

function calledLoss(expression: Expression): LossKind | undefined {
  const name = calledName(expression);
  return name !== undefined && isLossOfSchema(name) ? name : undefined;
}

function isLossOfSchema(name: string): name is LossKind {
  return Object.hasOwn(losses, name);
}

function defaultTerms(frame: Frame, declaration: TaskDeclaration, scored: Scored): readonly Term[] | undefined {
  const [name] = scored.target.target.losses;
  const here = frameAt(frame, declaration.span);
  const term = (value: GraphValue | undefined): readonly Term[] | undefined => value && [{ name, factor: 1, value }];
  if (!isLossOfSchema(name)) return term(defaultWrittenLoss(here, name, scored));
  const loss = resolveDefault(frame.elaboration, { kind: "call", family: "loss" }, name) as unknown as ResolvedLoss;
  return term(rowsOf(here, loss, scored));
}

function lossTerm(frame: Frame, expression: Expression, loss: ResolvedLoss, scored: Scored): UnscaledTerm | undefined {
  const { target } = scored.target;
  if (!target.losses.includes(loss.kind)) {
    report(frame, "loss_target", expression.span, {
      loss: loss.kind,
      target: target.description,
      fitting: target.losses.join(", "),
    });
    return undefined;
  }
  return { name: loss.kind, value: rowsOf(frameAt(frame, expression.span), loss, scored) };
}

/** The mean over the members of an ensemble of each one's loss; of those only that a row has. */
function rowsOf<Kind extends LossKind>(
  frame: Frame,
  loss: Extract<ResolvedLoss, { readonly kind: Kind }>,
  { declaration, members, targets: features, classMask, rowWeight }: Scored,
): GraphValue {
  const definition = lossDefinitions[loss.kind] as unknown as LossDefinition<Kind>;
  const tools: Omit<LossCall<Kind>, "options" | `${"output" | "target"}${"" | "s"}`> = {
    classMask,
    hasAbsent: [...features.values()].some(({ feature }) => feature.empty === -1),
    isShare: [...features.values()].some(({ feature }) => feature.isShare === true),
    builder: builderAt(frame),
    rowWeight: () => rowWeight ?? rowWeightOf(frame),
    learned: (name, value) => learnedNumber(frame, declaration, name, value),
    emit: (op, inputs, attributes) => emit(frame, op, inputs, attributes),
    constant: (value) => emit(frame, "fill", [], { dtype: "float32", shape: [], value }),
  };
  const targets = [...features.values()].map(({ value }) => value);
  const rows = members.map(({ outputs: named, factor, share }): Score => {
    const outputs = [...named.values()];
    const towards = (aims: readonly GraphValue[]): GraphValue =>
      definition.rows({
        ...tools,
        options: loss,
        output: firstOf(outputs),
        outputs,
        target: firstOf(aims),
        targets: aims,
      });
    // Mixing losses is mixing targets where a loss is linear in its target, as cross-entropies are (Zhang et al., 2018, §2).
    return {
      factor,
      value: share
        ? mixed(frame, share, towards(targets), towards(targets.map((target) => opposite(frame, target))))
        : towards(targets),
    };
  });
  return meanOfPresent(tools.emit, rows);
}

/** A weight of the loss, under the name of its task. */
function learnedNumber(frame: Frame, declaration: TaskDeclaration, name: string, value: number): GraphValue {
  const weight = declareWeight(frame, {
    name: ["task", declaration.name.name, "loss", name].join("."),
    kind: "weight",
    shape: [],
    initializer: { kind: "constant", value },
    at: declaration.name.span,
  });
  // A weight that cannot be declared has been reported.
  return weight?.value ?? emit(frame, "fill", [], { dtype: "float32", shape: [], value });
}

function firstOf<Value>([value]: readonly Value[]): Value {
  if (value === undefined) throw new Error("a loss compares nothing");
  return value;
}
