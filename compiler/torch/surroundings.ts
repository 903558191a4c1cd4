import type { GraphInput, Node, Value } from "../graph/graph.ts";
import type { Expression } from "../lower/torch/expression.ts";
import type { HelperName } from "../lower/torch/lowering.ts";
import type { Body } from "./body.ts";
import type { Scope, ScopedGraph } from "./scopes.ts";

/** The text that applies a block: a function of the module, or a method of a module of the model. */
export type Callee =
  | { readonly kind: "function"; readonly name: string; readonly index: number; readonly body: Body }
  | { readonly kind: "method"; readonly path: string; readonly method: string; readonly body: Body };

/** The parts of a model that a body needs. */
export interface Surroundings {
  readonly graph: ScopedGraph;
  readonly calleeOf: (scope: Scope) => Callee;
  readonly helper: (name: HelperName) => string;
  /** Names that no local variable has. */
  readonly taken: ReadonlySet<string>;
  /** The expression of a constant in a scope. */
  readonly constant: (scope: Scope, node: Node<"constant"> | Node<"fill">) => Expression;
  /** The tensor that stands for a tensor of a block's body: itself, or its twin in a pass of several tasks. */
  readonly current: (value: Value) => Value;
  /** The expression of an input of the graph in the method of a task. */
  readonly inputOfTask: (input: GraphInput) => Expression;
}
