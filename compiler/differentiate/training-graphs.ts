import { GraphBuilder } from "../graph/builder.ts";
import { expressions } from "../graph/expressions.ts";
import type { Graph, Value } from "../graph/graph.ts";
import { optimise } from "../passes/optimise.ts";
import type { ForwardPass, StageWeight } from "../stage/plan.ts";
import type { ResolvedBalance, ResolvedStage } from "../schema/resolved.ts";
import { comparesRepresentations } from "../balance/balance-needs.ts";
import { factorsOfLosses, needsLosses } from "../balance/factors-of-losses.ts";
import { clipByGlobalNorm, globalNorm } from "./clip.ts";
import { differentiate } from "./differentiate.ts";
import { representationOf } from "./representation.ts";
import { ownerOfSlots } from "../schema/worker-steps.ts";
import { type UpdateRule, emitUpdate, ruleOf, scalarsOfRule, slotOf, slotsOfRule } from "./update-rule.ts";

export type UpdateOptions = Pick<ResolvedStage, "optimizer" | "average" | "clip" | "untouched"> &
  Partial<Pick<ResolvedStage, "log" | "step">>;

/** `fixed` where it is not given. */
export type BalanceOptions = Partial<Pick<ResolvedStage, "balance">>;

/** A trainable weight and its gradient; `undefined` means zero. */
interface WeightGradient {
  readonly weight: StageWeight;
  readonly gradient: Value | undefined;
}

/**
 * Forward, backward and update of one batch: of one task, or of the sum of the losses of several. Outputs: those of the
 * forward graph, the next value of every updated weight and of its slots, and `gradient_norm` (before clipping) if the
 * stage clips or logs gradients.
 */
export function stepGraph(
  forward: ForwardPass,
  weights: readonly StageWeight[],
  { balance = { kind: "fixed" }, ...options }: UpdateOptions & BalanceOptions,
): Graph {
  const builder = GraphBuilder.from(forward.graph);
  const trained = reached(weights, forward.tasks);
  const loss = balance.kind === "fixed" ? sumOfLosses(builder, forward) : balancedLoss(builder, forward, balance);
  applyGradients(builder, gradientsOf(builder, loss, trained), { weights, tasks: forward.tasks, options });
  return optimise(builder.build(`${forward.graph.name}/step`));
}

/**
 * The forward graph with a `gradient/NAME` for every trainable weight that its tasks use. A weight that the loss does
 * not depend on is included: it gets zeros, and so is decayed and counted as in the fused step. With several tasks the
 * gradient is that of the balanced loss.
 */
export function gradientsGraph(
  forward: ForwardPass,
  weights: readonly StageWeight[],
  { balance = { kind: "fixed" } }: BalanceOptions = {},
): Graph {
  const builder = GraphBuilder.from(forward.graph);
  const trained = reached(weights, forward.tasks);
  const loss = balancedLoss(builder, forward, balance);
  if (forward.tasks.length > 1 && comparesRepresentations(balance) && balance.kind !== "gradnorm") {
    const isShared = ({ tasks }: StageWeight): boolean => forward.tasks.every((task) => tasks.includes(task));
    const own = trained.filter((weight) => !isShared(weight));
    outputGradients(builder, gradientsOf(builder, loss, trained.filter(isShared)));
    outputGradients(builder, gradientsOf(builder, sumOfLosses(builder, forward), own));
  } else outputGradients(builder, gradientsOf(builder, loss, trained));
  return optimise(builder.build(`${forward.graph.name}/gradients`));
}

/**
 * The loss of one task; or Σ s_t·L_t of several, where the scale s_t of each is an input, or is computed from the losses if the balance of the stage needs
 * them. No gradient flows into a scale.
 */
function balancedLoss(builder: GraphBuilder, forward: ForwardPass, balance: ResolvedBalance): Value {
  if (forward.tasks.length === 1) return sumOfLosses(builder, forward);
  const e = expressions(builder);
  const losses = lossesOf(forward);
  if (needsLosses(balance)) {
    const vector = builder.emit(
      "concat",
      losses.map(({ value }) => e.reshape(value, [1])),
      { axis: 0 },
    );
    const factors = builder.emit("stop_gradient", [factorsOfLosses(builder, balance, forward.tasks, vector)], {});
    return e.reduceSum(e.multiply(vector, factors), [0], "drop");
  }
  const scale = (task: string): Value =>
    builder.input({ kind: "scalar", name: lossScale(task) }, { dtype: "float32", shape: [] });
  return sumOf(
    builder,
    losses.map(({ task, value }) => e.multiply(value, scale(task))),
  );
}

/** The forward graph with a `gradient/TASK/NAME` of each task's loss, for every trainable weight that this task uses: one forward pass, and a backward pass for each task. */
export function taskGradientsGraph(forward: ForwardPass, weights: readonly StageWeight[]): Graph {
  const builder = GraphBuilder.from(forward.graph);
  for (const { task, value } of lossesOf(forward))
    outputGradients(builder, gradientsOf(builder, value, reached(weights, [task])), task);
  return optimise(builder.build(`${forward.graph.name}/task_gradients`));
}

/**
 * The losses, and the gradient of each with respect to the values that all tasks of a pass share and their heads read: a forward pass, and a backward pass of
 * each head. States do not advance, since the gradients of the weights are taken by another run.
 */
export function representationGradientsGraph(forward: ForwardPass, weights: readonly StageWeight[]): Graph {
  const builder = GraphBuilder.from({
    ...forward.graph,
    outputs: forward.graph.outputs.filter(
      ({ role: { kind } }) => kind === "loss" || kind === "loss_term" || kind === "host_argument",
    ),
  });
  const losses = lossesOf(forward);
  const trained = reached(weights, forward.tasks).map((weight) => weightInput(builder, weight));
  const { trunk, values } = representationOf(
    forward.graph,
    losses.map(({ value }) => value),
    trained,
  );
  for (const { task, value } of losses) {
    const gradients = differentiate(builder, value, values, (node) => !trunk.has(node));
    for (const [index, { shape }] of values.entries())
      builder.output(
        { kind: "representation_gradient", index, task },
        gradients[index] ?? builder.emit("fill", [], { dtype: "float32", shape, value: 0 }),
      );
  }
  return optimise(builder.build(`${forward.graph.name}/representation_gradients`));
}

/** The scalar input that takes the factor of a task's loss in the sum that a pass differentiates. */
export function lossScale(task: string): string {
  return `${task}/loss_scale`;
}

function outputGradients(builder: GraphBuilder, gradients: readonly WeightGradient[], task?: string): void {
  for (const { weight, gradient } of gradients) {
    const zeros = () => builder.emit("fill", [], { dtype: "float32", shape: weight.shape, value: 0 });
    const of = task === undefined ? {} : { task };
    builder.output({ kind: "gradient", weight: weight.name, ...of }, gradient ?? zeros());
  }
}

/** The loss of each task of a pass, in order. */
function lossesOf({ tasks, graph }: ForwardPass): readonly { readonly task: string; readonly value: Value }[] {
  return tasks.map((task) => {
    const loss = graph.outputs.find(({ role }) => role.kind === "loss" && (role.task ?? task) === task);
    if (!loss) throw new Error(`the graph ${graph.name} has no loss of ${task}`);
    return { task, value: loss.value };
  });
}

function sumOfLosses(builder: GraphBuilder, forward: ForwardPass): Value {
  return sumOf(
    builder,
    lossesOf(forward).map(({ value }) => value),
  );
}

function sumOf(builder: GraphBuilder, values: readonly Value[]): Value {
  return values.reduce((sum, value) => expressions(builder).add(sum, value));
}

/**
 * The update of every weight that these tasks use, from its `gradient/NAME`. Clipping takes all of these gradients
 * together.
 */
export function applyGraph(tasks: readonly string[], weights: readonly StageWeight[], options: UpdateOptions): Graph {
  const builder = new GraphBuilder();
  const gradients = reached(weights, tasks).map((weight) => ({
    weight,
    gradient: builder.input({ kind: "gradient", weight: weight.name }, { dtype: "float32", shape: weight.shape }),
  }));
  applyGradients(builder, gradients, { weights, tasks, options });
  return optimise(builder.build(`apply ${tasks.join(" ")}`));
}

function reached(weights: readonly StageWeight[], tasks: readonly string[]): readonly StageWeight[] {
  return weights.filter((weight) => isTrained(weight) && weight.tasks.some((task) => tasks.includes(task)));
}

function isTrained({ kind, trainable }: StageWeight): boolean {
  return kind === "weight" && trainable;
}

function gradientsOf(builder: GraphBuilder, loss: Value, trained: readonly StageWeight[]): readonly WeightGradient[] {
  const values = trained.map((weight) => weightInput(builder, weight));
  const gradients = differentiate(builder, loss, values);
  return trained.map((weight, index) => ({ weight, gradient: gradients[index] }));
}

function weightInput(builder: GraphBuilder, { name, shape }: StageWeight): Value {
  return builder.input({ kind: "weight", weight: name }, { dtype: "float32", shape });
}

/** An update of these tasks in a stage with these weights. */
interface StageUpdate {
  readonly weights: readonly StageWeight[];
  readonly tasks: readonly string[];
  readonly options: UpdateOptions;
}

function applyGradients(
  builder: GraphBuilder,
  gradients: readonly WeightGradient[],
  { weights, tasks, options }: StageUpdate,
): void {
  const { untouched } = options;
  const touched = new Set(gradients.map(({ weight }) => weight));
  const others = untouched === "decay" ? weights.filter((weight) => isTrained(weight) && !touched.has(weight)) : [];
  const clipped = options.clip === undefined ? gradients : clip(builder, gradients, options.clip);
  if (options.clip === undefined && options.log === "gradients")
    outputNorm(
      builder,
      globalNorm(
        builder,
        gradients.flatMap(({ gradient }) => gradient ?? []),
      ),
    );
  for (const each of [...clipped, ...others.map((weight) => ({ weight, gradient: undefined }))])
    update(builder, { rule: ruleOf(options, each.weight), owner: ownerOfSlots(options, tasks) }, each);
}

function clip(builder: GraphBuilder, gradients: readonly WeightGradient[], largest: number): readonly WeightGradient[] {
  const clipped = clipByGlobalNorm(
    builder,
    gradients.flatMap(({ gradient }) => gradient ?? []),
    largest,
  );
  outputNorm(builder, clipped.norm);
  const rest = clipped.gradients.values();
  return gradients.map(({ weight, gradient }) => ({ weight, gradient: gradient && rest.next().value }));
}

function outputNorm(builder: GraphBuilder, norm: Value): void {
  builder.output({ kind: "scalar", name: "gradient_norm" }, norm);
}

/** `owner` is the task whose optimizer makes the update, where each task has its own. */
function update(
  builder: GraphBuilder,
  { rule, owner }: { readonly rule: UpdateRule; readonly owner: string | undefined },
  { weight, gradient }: WeightGradient,
): void {
  const { name, shape, class: updateClass, decayed } = weight;
  const slots = Object.entries(slotsOfRule(rule, shape)).map(
    ([slot, own]) =>
      [
        slot,
        builder.input({ kind: "slot", weight: name, slot: slotOf(slot, owner) }, { dtype: "float32", shape: own }),
      ] as const,
  );
  const updated = emitUpdate(builder, rule, {
    weight: weightInput(builder, weight),
    gradient: gradient ?? expressions(builder).scalar(0),
    slots: Object.fromEntries(slots),
    scalars: record(Object.keys(scalarsOfRule(rule, { factor: 0, count: 1 })), (scalar) =>
      builder.input({ kind: "update", class: updateClass, name: scalar }, { dtype: "float32", shape: [] }),
    ),
    decayed,
  });
  builder.output({ kind: "weight", weight: name }, updated.weight);
  for (const [slot, value] of Object.entries(updated.slots))
    builder.output({ kind: "slot", weight: name, slot: slotOf(slot, owner) }, value);
}

function record(names: readonly string[], value: (name: string) => Value): { readonly [name: string]: Value } {
  return Object.fromEntries(names.map((name) => [name, value(name)]));
}
