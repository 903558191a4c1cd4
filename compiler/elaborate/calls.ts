import type { CallSite } from "./frame.ts";
import { type Value, poison } from "./value.ts";

const none: ReadonlyMap<string, Value> = new Map();

/** One application of a block while a graph was made. */
export interface Call extends CallSite {
  /** The path of the names that are made in it: `seen.transformer.0.self_attention`. */
  readonly path: string;
  /** The call within whose body it is; `undefined` for a call in a declaration of its own. */
  readonly parent: number | undefined;
  /** Values by parameter, defaults among them. */
  readonly arguments: ReadonlyMap<string, Value>;
  readonly result: Value;
  /** The nodes that were emitted while it was open: those of the graph from `first` until before `end`. */
  readonly nodes: { readonly first: number; readonly end: number };
}

/** Numbers the calls of one elaboration in the order in which they begin. What they were given and gave is kept if it is asked for. */
export class Calls {
  readonly #recorded: Call[] | undefined;
  readonly #nodeCount: () => number;
  #count = 0;

  constructor(nodeCount: () => number, keep: "ids" | "calls") {
    this.#nodeCount = nodeCount;
    this.#recorded = keep === "calls" ? [] : undefined;
  }

  /** The calls by id, where they are kept. */
  get all(): readonly Call[] {
    return this.#recorded ?? [];
  }

  open(call: Pick<Call, "block" | "at" | "spans" | "path" | "parent">): number {
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
