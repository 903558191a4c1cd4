import type { Callable } from "./callable.ts";
import type { CallSite } from "./frame.ts";
import { type Value, poison } from "./value.ts";

const none: ReadonlyMap<string, Value> = new Map();

/** One application of a block while a graph was made. */
export interface Call extends CallSite {
  /** The block, with its documentation and the types of its parameters. */
  readonly callable: Callable;
  /** The network that it is a part of: the weights of a stage's teacher have names that begin with `teacher.`. */
  readonly of: "model" | "teacher";
  /** The path of the names of weights that are created in it: `seen.transformer.0.self_attention`. */
  readonly path: string;
  /** The call whose body contains this one; `undefined` for a call directly in a declaration. */
  readonly parent: number | undefined;
  /** Values by parameter, defaults among them. */
  readonly arguments: ReadonlyMap<string, Value>;
  readonly result: Value;
  /** The nodes that were emitted during the call, as indices in the graph from `first` to before `end`. */
  readonly nodes: { readonly first: number; readonly end: number };
}

/**
 * Numbers the calls of one elaboration in the order in which they begin. Their arguments and results are kept on
 * request.
 */
export class Calls {
  readonly #recorded: Call[] | undefined;
  readonly #nodeCount: () => number;
  #count = 0;

  constructor(nodeCount: () => number, keep: "ids" | "calls") {
    this.#nodeCount = nodeCount;
    this.#recorded = keep === "calls" ? [] : undefined;
  }

  /** The calls by id, if they are kept. */
  get all(): readonly Call[] {
    return this.#recorded ?? [];
  }

  open(call: Pick<Call, "block" | "callable" | "of" | "at" | "spans" | "path" | "parent">): number {
    const first = this.#nodeCount();
    const id = this.#count++;
    this.#recorded?.push({ ...call, id, arguments: none, result: poison, nodes: { first, end: first } });
    return id;
  }

  close(id: number, values: ReadonlyMap<string, Value>, result: Value): void {
    const call = this.#recorded?.[id];
    if (!this.#recorded || !call) return;
    this.#recorded[id] = { ...call, arguments: values, result, nodes: { ...call.nodes, end: this.#nodeCount() } };
  }
}
