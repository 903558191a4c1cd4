import type { Span } from "../../grammar/ast.ts";
import type { GraphWatch } from "../graph/builder.ts";
import { type TensorType, sizeOf } from "../graph/graph.ts";
import { LimitReached, type Limits } from "../limits.ts";
import { placesOf } from "./elaboration.ts";
import type { Frame } from "./frame.ts";

/** Costs of other work in time and memory, in units of one expression, as roughly measured. */
const APPLICATION = 5;
const NODE = 10;
const INPUT = 20;
const CONSTANT = 0.05;

/** Work is counted in whole parts of a step, so that the sum of several amounts is the same in any order. */
const PARTS = 1 / CONSTANT;

/** Expressions and applications within each other: what recursion can bear on the smallest of stacks, and beyond what can be followed. */
const DEEPEST = 400;

/** Counts what a specification asks for, over all graphs that are made of it, and refuses before it is done. */
export class Work implements GraphWatch {
  readonly limits: Limits;
  /** Parts of steps. */
  #spent = 0;
  #depth = 0;
  /** The position that elaboration reached last. */
  #frame: Pick<Frame, "calls"> = { calls: [] };
  #at: Span = { file: "", start: 0, end: 0 };

  constructor(limits: Limits) {
    this.limits = limits;
  }

  /** Steps so far. */
  get spent(): number {
    return this.#spent / PARTS;
  }

  /** True if so many steps more are within the limit. */
  affords(steps: number): boolean {
    return this.spent + steps <= this.limits.work;
  }

  /** The number of expressions and applications that are nested here. */
  get depth(): number {
    return this.#depth;
  }

  /** Another expression within those that have been entered and not left. */
  enter(frame: Pick<Frame, "calls">, at: Span): void {
    this.#enter(frame, at, 1);
  }

  /** Another application of a layer. */
  apply(frame: Pick<Frame, "calls">, at: Span): void {
    this.#enter(frame, at, APPLICATION);
  }

  #enter(frame: Pick<Frame, "calls">, at: Span, steps: number): void {
    this.#frame = frame;
    this.#at = at;
    this.spend(steps);
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw this.#reached("depth", DEEPEST);
  }

  /** Back to an earlier depth. */
  leave(depth: number): void {
    this.#depth = depth;
  }

  spend(steps: number): void {
    this.#spent += Math.round(steps * PARTS);
    if (this.spent > this.limits.work) throw this.#reached("work", this.limits.work);
  }

  /** Counts work that belongs to no expression that is being evaluated. */
  spendAt(steps: number, at: Span): void {
    this.#frame = { calls: [] };
    this.#at = at;
    this.spend(steps);
  }

  /** Both lists one after the other. */
  joined<Item>(first: readonly Item[], second: readonly Item[]): readonly Item[] {
    this.spend(first.length + second.length);
    return [...first, ...second];
  }

  constants(count: number): void {
    this.spend(count * CONSTANT);
  }

  node(outputs: readonly TensorType[]): void {
    this.spend(NODE);
    for (const output of outputs) this.#tensor(output);
  }

  input(type: TensorType): void {
    this.spend(INPUT);
    this.#tensor(type);
  }

  #tensor({ shape }: Pick<TensorType, "shape">): void {
    if (!(sizeOf(shape) <= this.limits.values)) throw this.#reached("values", this.limits.values);
  }

  #reached(limit: LimitReached["limit"], most: number): LimitReached {
    return new LimitReached(limit, most, placesOf(this.#frame, this.#at)[0] ?? this.#at);
  }
}

/** Work without limits, for programs that have been checked: making them again costs the same. */
export function checkedWork(): Work {
  return new Work({ work: Infinity, values: Infinity });
}
