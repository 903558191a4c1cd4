import type { OpName } from "../../graph/attributes.ts";
import type { Graph, GraphInput, Node, Origin, Value } from "../../graph/graph.ts";
import { prefixAxes, undeterminedAxes } from "./axis.ts";
import { type Cut, cutInputs } from "./cut-inputs.ts";
import { elementwiseRules } from "./elementwise-rules.ts";
import { type ValueFact, axesOfFact, factOf, unknownPadding } from "./facts.ts";
import { matmulRule } from "./matmul-rule.ts";
import { movementRules } from "./movement-rules.ts";
import { type Obstruction, obstruction } from "./obstruction.ts";
import { reductionRules } from "./reduction-rules.ts";
import type { Rule, Rules } from "./rule.ts";
import { sourceRules } from "./source-rules.ts";

const rules: Rules = { ...sourceRules, ...elementwiseRules, ...reductionRules, ...movementRules, matmul: matmulRule };

export interface Aligned {
  readonly kind: "aligned";
  /** The shorter graph, with the weights and the random bytes of the full one. */
  readonly graph: Graph;
}

/**
 * Values and inputs of the shorter graph by their partners in the full graph, with the facts that are known about both.
 */
interface Alignment {
  readonly short: Graph;
  readonly full: Graph;
  readonly partners: Map<Value, Value>;
  readonly facts: Map<Value, ValueFact>;
  readonly cuts: Map<GraphInput, Cut>;
}

/**
 * Proves, node by node, that the graph at a shorter text length computes the same loss as the full-length graph for
 * every row that fits, or returns the first node where the proof fails. It is an abstract interpretation of both graphs
 * at once: they come from one source, so node i corresponds to node i, and each op has a transfer function (its
 * `Rule`). For each value we track which indices of the full tensor it keeps along each axis (a union-find of axes) and
 * what the dropped elements are (masked padding: 0). Equal losses as functions of the weights have equal gradients.
 */
export function alignLengths(short: Graph, full: Graph): Aligned | Obstruction {
  const alignment: Alignment = { short, full, partners: new Map(), facts: new Map(), cuts: new Map() };
  return (
    pairInputs(alignment) ??
    pairNodes(alignment) ??
    outputsAreWhole(alignment) ??
    weightsAreResolved(alignment) ?? { kind: "aligned", graph: cutInputs(short, alignment.cuts) }
  );
}

/** Every input of the shorter graph is one of the full graph. */
function pairInputs({ short, full, partners, facts, cuts }: Alignment): Obstruction | undefined {
  const wholes = new Map(full.inputs.map((input) => [input.name, input]));
  for (const input of short.inputs) {
    const whole = wholes.get(input.name);
    if (!whole) return otherBlocks(undefined);
    const fact = inputFact(input, whole);
    const axes = axesOfFact(fact);
    partners.set(input.value, whole.value);
    facts.set(input.value, fact);
    if (axes.some((axis) => !axis.isWhole)) cuts.set(input, { whole, axes });
  }
  return undefined;
}

/**
 * The features of a shorter text have the first indices of the full text's features, whose other elements are 0. The
 * layouts of weights and random bytes follow from their uses.
 */
function inputFact({ role, value }: GraphInput, whole: GraphInput): ValueFact {
  if (role.kind !== "feature") return unknownPadding(undeterminedAxes(value.shape, whole.value.shape));
  const axes = prefixAxes(value.shape, whole.value.shape);
  return { ...factOf(axes, () => 0), holdsPositions: role.feature.endsWith(".masked") };
}

/** Checks that both graphs have the same nodes over corresponding values, and that the rule of each op is satisfied. */
function pairNodes({ short, full, partners, facts }: Alignment): Obstruction | undefined {
  for (const [index, node] of short.nodes.entries()) {
    const other = full.nodes[index];
    if (!other || !areSameCall(node, other, partners)) return otherBlocks(node.origin);
    const rule = rules[node.op] as Rule<OpName>;
    const inputs = node.inputs.flatMap((input) => facts.get(input) ?? []);
    const known = rule({ short: node, full: other, inputs });
    if (typeof known === "string") return obstruction(known, node.origin);
    for (const [place, output] of node.outputs.entries()) {
      const partner = other.outputs[place];
      const shape = partner?.shape ?? output.shape;
      facts.set(output, known[place] ?? unknownPadding(undeterminedAxes(output.shape, shape)));
      if (partner) partners.set(output, partner);
    }
  }
  return full.nodes.length === short.nodes.length ? undefined : otherBlocks(undefined);
}

function areSameCall(node: Node, other: Node, partners: ReadonlyMap<Value, Value>): boolean {
  return other.op === node.op && node.inputs.every((input, index) => partners.get(input) === other.inputs[index]);
}

/** No output has another length in the shorter graph. */
function outputsAreWhole({ short, full, partners, facts }: Alignment): Obstruction | undefined {
  const open = short.outputs.find(({ value }, index) => {
    const fact = facts.get(value);
    return (
      partners.get(value) !== full.outputs[index]?.value || (fact && axesOfFact(fact).some((axis) => !axis.isWhole))
    );
  });
  return open && obstruction("what it predicts is as long as the text", originOf(short, open.value));
}

/** The layout of every weight that is cut was determined by a use. */
function weightsAreResolved({ short, cuts }: Alignment): Obstruction | undefined {
  const unused = [...cuts].find(
    ([input, { axes }]) => input.role.kind === "weight" && axes.some((axis) => !axis.isResolved),
  );
  if (!unused) return undefined;
  const [{ name, value }] = unused;
  const reader = short.nodes.find(({ inputs }) => inputs.includes(value));
  return obstruction(`the shape of its weight "${name}" depends on it`, reader?.origin);
}

function originOf({ nodes }: Graph, value: Value): Origin | undefined {
  return nodes.find(({ outputs }) => outputs.includes(value))?.origin;
}

function otherBlocks(origin: Origin | undefined): Obstruction {
  return obstruction("its blocks are others where a text is shorter", origin);
}
