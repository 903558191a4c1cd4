import type { OpName } from "../../graph/attributes.ts";
import type { Graph, GraphInput, Node, Origin, Value } from "../../graph/graph.ts";
import { type Cut, cutInputs } from "./cut-inputs.ts";
import { elementwiseRules } from "./elementwise-rules.ts";
import { Axis, type Fact, unknownOutside } from "./fact.ts";
import { prefix } from "./layout.ts";
import { matmulRule } from "./matmul-rule.ts";
import { anyAxes, movementRules } from "./movement-rules.ts";
import { reductionRules } from "./reduction-rules.ts";
import type { Rule, Rules } from "./rule.ts";
import { sourceRules } from "./source-rules.ts";

const rules: Rules = { ...sourceRules, ...elementwiseRules, ...reductionRules, ...movementRules, matmul: matmulRule };

/** What makes a task's result depend on how long its text is compiled. */
export interface Pin {
  readonly kind: "pin";
  /** The end of a sentence. */
  readonly reason: string;
  readonly origin: Origin | undefined;
}

export interface Aligned {
  readonly kind: "aligned";
  /** The shorter graph, with the weights and the random bytes of the full one. */
  readonly graph: Graph;
}

/**
 * Shows node by node that a graph whose texts are compiled shorter gives what the full one gives for every row that fits, or finds what it depends
 * on. Both are elaborated from one text, so their nodes answer to each other. Of each value we know which places of the full one it holds, and what
 * stands in those that it lacks: padding that is masked, and so 0 where it is summed. Since the two losses then are the same function of the weights,
 * so are their gradients.
 */
export function alignLengths(short: Graph, full: Graph): Aligned | Pin {
  const facts = new Map<Value, Fact>();
  const partners = new Map<Value, Value>();
  const cuts = new Map<GraphInput, Cut>();
  const wholes = new Map(full.inputs.map((input) => [input.name, input]));
  for (const input of short.inputs) {
    const whole = wholes.get(input.name);
    if (!whole) return different(undefined);
    const fact = inputFact(input, whole);
    partners.set(input.value, whole.value);
    facts.set(input.value, fact);
    if (fact.axes.some((axis) => !axis.isWhole)) cuts.set(input, { whole, axes: fact.axes });
  }
  for (const [index, node] of short.nodes.entries()) {
    const other = full.nodes[index];
    if (
      !other ||
      other.op !== node.op ||
      node.inputs.some((input, place) => partners.get(input) !== other.inputs[place])
    )
      return different(node.origin);
    const known = apply(node, other, facts);
    if (typeof known === "string") return { kind: "pin", reason: known, origin: node.origin };
    for (const [place, output] of node.outputs.entries()) {
      facts.set(
        output,
        known[place] ?? unknownOutside(anyAxes(output.shape, other.outputs[place]?.shape ?? output.shape)),
      );
      const partner = other.outputs[place];
      if (partner) partners.set(output, partner);
    }
  }
  if (full.nodes.length !== short.nodes.length) return different(undefined);
  const open = short.outputs.find(
    ({ value }, index) =>
      partners.get(value) !== full.outputs[index]?.value || facts.get(value)?.axes.some((axis) => !axis.isWhole),
  );
  if (open)
    return {
      kind: "pin",
      reason: "what it predicts is as long as the text",
      origin: short.nodes.find(({ outputs }) => outputs.includes(open.value))?.origin,
    };
  const unused = [...cuts].find(
    ([input, { axes }]) => input.role.kind === "weight" && axes.some((axis) => !axis.isSettled),
  );
  if (unused)
    return {
      kind: "pin",
      reason: `the shape of its weight "${unused[0].name}" depends on it`,
      origin: short.nodes.find(({ inputs }) => inputs.includes(unused[0].value))?.origin,
    };
  return { kind: "aligned", graph: cutInputs(short, cuts) };
}

function different(origin: Origin | undefined): Pin {
  return { kind: "pin", reason: "its blocks are others where a text is shorter", origin };
}

function apply(short: Node, full: Node, facts: ReadonlyMap<Value, Fact>): readonly Fact[] | string {
  const rule = rules[short.op] as Rule<OpName>;
  return rule({ short, full, inputs: short.inputs.flatMap((input) => facts.get(input) ?? []) });
}

/** Features of a shorter text are the first ones of the full text, behind which there are zeros. How weights and random bytes lie is seen where they are used. */
function inputFact({ role, value }: GraphInput, whole: GraphInput): Fact {
  if (role.kind !== "feature") return unknownOutside(anyAxes(value.shape, whole.value.shape));
  const axes = value.shape.map(
    (size, axis) => new Axis(size, whole.value.shape[axis] ?? size, prefix(size, whole.value.shape[axis] ?? size)),
  );
  return { axes, outside: axes.map(() => 0), isPlace: role.feature.endsWith(".masked") };
}
