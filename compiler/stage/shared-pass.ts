import { type ForwardGraph, type ForwardPass, passOf } from "./plan.ts";
import { mixupSource, sharedFeature, sharedInputs } from "../features/shared-inputs.ts";
import type { OpAttributes } from "../graph/attributes.ts";
import { GraphBuilder } from "../graph/builder.ts";
import {
  type Graph,
  type InputRole,
  type Node,
  type OutputRole,
  type Shape,
  type TensorType,
  type Value,
  roleName,
  sameShape,
} from "../graph/graph.ts";
import { isOp } from "../graph/is-op.ts";
import { removeDeadCode } from "../graph/remove-dead-code.ts";
import { mergeCommonSubexpressions } from "../passes/merge-common-subexpressions.ts";
import type { ResolvedSpecification } from "../schema/resolved.ts";

/** A state to which tasks of a pass would give different next values, so that they cannot be computed together. */
export interface SharedState {
  readonly kind: "shared_state";
  readonly state: string;
  readonly tasks: readonly string[];
}

/**
 * The forward pass of several tasks over the same rows, in which everything that their graphs have in common is computed once. What is common is
 * found, not declared: nodes of one op whose inputs are the same weights, features and random bytes are one node. A task's own inputs and
 * outputs have its name. Each forward graph must be elaborated with `rows: "shared"`.
 */
export function sharedPass(
  specification: Pick<ResolvedSpecification, "modalities" | "tasks">,
  forwards: readonly ForwardGraph[],
): ForwardPass | SharedState {
  const [first, ...others] = forwards;
  if (!first) throw new Error("a pass without tasks");
  const tasks = forwards.map(({ task }) => task);
  if (others.length === 0) return passOf(first);
  const joined = new JoinedGraph();
  for (const { task, graph, mode } of forwards) {
    const inputs = sharedInputs(specification, tasks, mode);
    joined.add(task, graph, {
      feature: (name) => sharedFeature(inputs, task, name),
      scalar: (name) => `${mixupSource(specification, tasks, task)}/${name}`,
    });
  }
  const merged = mergeCommonSubexpressions(joined.build(`${tasks.join("+")}/${first.mode}`));
  const state = stateWithTwoValues(merged);
  if (state !== undefined)
    return {
      kind: "shared_state",
      state,
      tasks: forwards.filter(({ weights }) => weights.some(({ name }) => name === state)).map(({ task }) => task),
    };
  return { tasks, graph: removeDeadCode(withoutTwins(merged)) };
}

interface SharedNames {
  readonly feature: (name: string) => string;
  readonly scalar: (name: string) => string;
}

/** Graphs of tasks, one behind the other, over common inputs. */
class JoinedGraph {
  readonly #builder = new GraphBuilder();
  readonly #types = new Map<string, InputRole & { readonly kind: "random" } & { readonly shape: Shape }>();
  readonly #constants = new Map<string, OpAttributes["constant"]["data"][]>();

  add(task: string, graph: Graph, names: SharedNames): void {
    const values = new Map<Value, Value>();
    const current = (value: Value): Value => {
      const found = values.get(value);
      if (!found) throw new Error(`value ${value.id} of ${graph.name} is not defined`);
      return found;
    };
    for (const { role, value } of graph.inputs)
      values.set(value, this.#builder.input(this.#inputRole(task, role, value, names), value));
    for (const node of graph.nodes) {
      this.#builder.origin = node.origin;
      const made = this.#builder.emitAll(node.op, node.inputs.map(current), this.#attributes(node));
      for (const [index, output] of node.outputs.entries()) if (made[index]) values.set(output, made[index]);
    }
    for (const { role, value } of graph.outputs) this.#builder.output(outputRole(task, role), current(value));
  }

  build(name: string): Graph {
    return this.#builder.build(name);
  }

  #inputRole(task: string, role: InputRole, { shape }: TensorType, names: SharedNames): InputRole {
    switch (role.kind) {
      case "feature":
        return { ...role, feature: names.feature(role.feature) };
      case "scalar":
        return { ...role, name: names.scalar(role.name) };
      case "class_mask":
      case "host_result":
        return { ...role, task };
      case "random":
        return this.#randomRole(task, role, shape);
      default:
        return role;
    }
  }

  /** Tasks that use a layer draw the same bytes at its site, unless one of them draws others than the first did. */
  #randomRole(task: string, role: InputRole & { readonly kind: "random" }, shape: Shape): InputRole {
    const known = this.#types.get(role.site) ?? { ...role, shape };
    this.#types.set(role.site, known);
    const { shape: knownShape, ...knownRole } = known;
    return sameShape(shape, knownShape) && JSON.stringify(role) === JSON.stringify(knownRole)
      ? role
      : { ...role, task };
  }

  /** Equal constants are one array, by which they are compared when nodes are merged. */
  #attributes(node: Node): Node["attributes"] {
    if (!isOp(node, "constant")) return node.attributes;
    const { attributes } = node;
    const { data } = attributes;
    const key = `${attributes.dtype} ${attributes.shape.join(" ")}`;
    const known = this.#constants.get(key) ?? [];
    this.#constants.set(key, known);
    const equal = known.find((other) => data.every((each, index) => Object.is(each, other[index])));
    if (!equal) known.push(data);
    return equal ? { ...attributes, data: equal } : attributes;
  }
}

function outputRole(task: string, role: OutputRole): OutputRole {
  switch (role.kind) {
    case "loss":
    case "stream":
    case "host_argument":
      return { ...role, task };
    case "loss_term":
      return { ...role, term: `${task}/${role.term}` };
    case "prediction":
      return { ...role, name: `${task}/${role.name}` };
    default:
      return role;
  }
}

/** The first state of which two tasks give different next values. */
function stateWithTwoValues({ outputs }: Graph): string | undefined {
  const next = new Map<string, Value>();
  for (const { role, value } of outputs) {
    if (role.kind !== "state") continue;
    if ((next.get(role.state) ?? value) !== value) return role.state;
    next.set(role.state, value);
  }
  return undefined;
}

/** The graph with each of its outputs once. */
function withoutTwins(graph: Graph): Graph {
  const names = new Set<string>();
  return {
    ...graph,
    outputs: graph.outputs.filter(({ role }) => {
      const name = roleName(role);
      return !names.has(name) && names.add(name);
    }),
  };
}
