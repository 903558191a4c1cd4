import type { Span } from "../../grammar/ast.ts";
import type { OpAttributes, OpName } from "./attributes.ts";

/**
 * The intermediate representation: a flat list of nodes in A-normal form over tensors of known shape. The batch is an
 * ordinary, concrete dimension. A graph is plain data: `GraphBuilder` creates one, passes map one to another.
 */

export type DType = "float32" | "int32" | "uint8" | "bool";
export type Shape = readonly number[];

export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** One tensor of a graph, defined once, by an input or by a node. Values are compared by identity. */
export interface Value extends TensorType {
  readonly id: number;
}

/** The source of a node, so that a shape error, a cost or the first NaN can name a location in the `.mtl` file. */
export interface Origin {
  /** The user's own code first, then that of the prelude. Never empty. */
  readonly spans: readonly Span[];
  /** Path of blocks, as in names of weights: `seen.transformer.0.self_attention`. */
  readonly path: string;
  /** Index of the innermost call of a block in elaboration's record of calls; `undefined` outside of every call. */
  readonly call?: number;
}

export interface Node<Op extends OpName = OpName> {
  readonly op: Op;
  readonly inputs: readonly Value[];
  readonly attributes: OpAttributes[Op];
  readonly outputs: readonly Value[];
  readonly origin?: Origin;
}

/** The meaning of an input, which the runtime feeds. `float32` scalars have shape `[]`. */
export type InputRole =
  /** A weight, by its stable name; or a state, which is updated by the graph and never trained. */
  | { readonly kind: "weight"; readonly weight: string }
  | { readonly kind: "state"; readonly state: string }
  /** Gradient of a weight, an input of `apply`. */
  | { readonly kind: "gradient"; readonly weight: string; readonly task?: never }
  /** Optimizer state of a weight: `first_moment`, `momentum` … */
  | { readonly kind: "slot"; readonly weight: string; readonly slot: string }
  /** A feature of the batch, `[B, …]`: `drawing`, `name.ids`, `name.mask`, `subgroup.target` … */
  | { readonly kind: "feature"; readonly feature: string }
  /**
   * Random bytes `[B, …]` of dtype uint8, keyed by (seed, site, example, epoch, position), some of them replaced
   * (`moved`). `part` locates those of a graph with shorter texts within the full row. `task` is set where tasks of one pass
   * draw rows of different sizes at the same site.
   */
  | {
      readonly kind: "random";
      readonly site: string;
      readonly moved?: ByteMove;
      readonly part?: RowPart;
      readonly task?: string;
    }
  /** `[B]`: 0 for a padded row or a missing label. In a pass of several tasks that of `task`; without `task`, 0 for a padded row. */
  | { readonly kind: "row_weight"; readonly task?: string }
  /** `[K]`: 1 for outputs that are classes, 0 for declared outputs for which the data has no class. `task` is set in a pass of several tasks. */
  | { readonly kind: "class_mask"; readonly task?: string }
  /** A number that the optimizer computes on the host at each step, for the weights of one update class. */
  | { readonly kind: "update"; readonly class: string; readonly name: string }
  | { readonly kind: "scalar"; readonly name: string }
  /** `[K]`: what a balance knows before an update, a number for each of K tasks. */
  | { readonly kind: "balance"; readonly name: string }
  /** The result of a function of the host for the output `host_argument` with the same function and index, which does not depend on it. */
  | ({ readonly kind: "host_result" } & HostCall);

/** A function that no graph can compute, by one of its calls. In a pass of several tasks it is of one of them. */
export interface HostCall {
  readonly function: HostFunction;
  readonly index: number;
  readonly task?: string;
}

/** `assignment`: of costs `[B, rows, columns]` 1 for the column of each row in the assignment of least cost, else 0. */
export type HostFunction = "assignment";

/** Replaces a fraction of the bytes that are equal to `from` by `to`, with a further draw for each. */
export interface ByteMove {
  readonly from: number;
  readonly to: number;
  readonly share: number;
}

/** Location of a shorter row within the full one, along each axis. */
export interface RowPart {
  /** Shape of the full row. */
  readonly whole: Shape;
  readonly layouts: readonly Layout[];
}

/**
 * Layout of the indices of a shorter axis among those of the full one: runs of indices, each followed by a gap of
 * indices that only the full axis has.
 */
export type Layout = readonly { readonly length: number; readonly gap: number }[];

export type OutputRole =
  /** The weighted total of a task's terms; in a pass of several tasks that of `task`. */
  | { readonly kind: "loss"; readonly task?: string }
  /** One named term of the loss, for the log. */
  | { readonly kind: "loss_term"; readonly term: string }
  /** The prediction of a task, `[B, …]`: `logits`, `probabilities`, `value`. */
  | { readonly kind: "prediction"; readonly name: string }
  | { readonly kind: "weight"; readonly weight: string }
  | { readonly kind: "state"; readonly state: string }
  /** Gradient of the sum of the losses, or of the loss of `task`. */
  | { readonly kind: "gradient"; readonly weight: string; readonly task?: string }
  | { readonly kind: "slot"; readonly weight: string; readonly slot: string }
  /** Gradient of the loss of `task` with respect to one of the values that all tasks share and their heads read. */
  | { readonly kind: "representation_gradient"; readonly index: number; readonly task: string }
  /** `gradient_norm` and other logged scalars. */
  | { readonly kind: "scalar"; readonly name: string }
  /** The argument of a function of the host, which is called before the rest of the graph is computed. */
  | ({ readonly kind: "host_argument" } & HostCall)
  /** A named stream, for inspection. */
  | { readonly kind: "stream"; readonly stream: string; readonly task?: string };

export interface GraphInput {
  /** Unique among the graph's inputs; derived from the role by `inputName`. */
  readonly name: string;
  readonly role: InputRole;
  readonly value: Value;
}

export interface GraphOutput {
  readonly name: string;
  readonly role: OutputRole;
  readonly value: Value;
}

export interface Graph {
  readonly name: string;
  readonly inputs: readonly GraphInput[];
  readonly nodes: readonly Node[];
  readonly outputs: readonly GraphOutput[];
}

export function sizeOf(shape: Shape): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

export function sameShape(left: Shape, right: Shape): boolean {
  return left.length === right.length && left.every((dimension, axis) => dimension === right[axis]);
}

export function showShape(shape: Shape): string {
  return `[${shape.join(" × ")}]`;
}

/** `float32[4 × 96]`. */
export function showType(type: TensorType): string {
  return `${type.dtype}${showShape(type.shape)}`;
}

/** Name of an input or output in a lowered graph. It is stable, because run folders and manifests contain it. */
export function roleName(role: InputRole | OutputRole): string {
  switch (role.kind) {
    case "weight":
      return role.weight;
    case "state":
      return `state/${role.state}`;
    case "gradient":
      return ofTask(role, "gradient", role.weight);
    case "representation_gradient":
      return `representation_gradient/${role.task}/${role.index}`;
    case "slot":
      return `${role.slot}/${role.weight}`;
    case "feature":
      return `feature/${role.feature}`;
    case "random":
      return ofTask(role, "random", role.site);
    case "row_weight":
    case "class_mask":
    case "loss":
      return ofTask(role, role.kind);
    case "update":
      return `update/${role.class}/${role.name}`;
    case "scalar":
      return `scalar/${role.name}`;
    case "balance":
      return `balance/${role.name}`;
    case "loss_term":
      return `loss/${role.term}`;
    case "prediction":
      return `prediction/${role.name}`;
    case "stream":
      return ofTask(role, "stream", role.stream);
    case "host_argument":
    case "host_result":
      return ofTask(role, role.kind, role.function, String(role.index));
  }
}

/** `loss`, or `loss/TASK` in a pass of several tasks. */
function ofTask({ task }: { readonly task?: string }, kind: string, ...rest: readonly string[]): string {
  return [kind, ...(task === undefined ? [] : [task]), ...rest].join("/");
}
