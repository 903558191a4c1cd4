import type { HostOp } from "./host-ops.ts";
import type { ArrayTerm, NumberTerm } from "./terms.ts";

/**
 * Computation of a loop for every element. An *operand* index counts arrays first, then numbers, then operations in
 * their order.
 */
export interface LoopBody {
  readonly arrays: number;
  readonly numbers: readonly NumberTerm["dtype"][];
  readonly operations: readonly { readonly name: string; readonly op: HostOp; readonly operands: readonly number[] }[];
  /** Operands whose elements are written. */
  readonly written: readonly number[];
  readonly summed: readonly number[];
}

/** A loop's body with the inputs that it reads, by operand index. */
export interface FusedTerms {
  readonly body: LoopBody;
  /** Names of inputs of the graph. */
  readonly arrays: readonly string[];
  readonly numbers: readonly NumberTerm[];
}

type Operation = Extract<ArrayTerm, { from: "op" }>;

/** Builds one loop that computes all of these terms, with common parts computed once. */
export function fuse(written: readonly (ArrayTerm | NumberTerm)[], summed: readonly ArrayTerm[]): FusedTerms {
  const arrays = new Set<string>();
  const numbers = new Set<NumberTerm>();
  const operations = new Set<Operation>();
  const visit = (term: ArrayTerm | NumberTerm): void => {
    if (term.kind === "number") numbers.add(term);
    else if (term.from === "input") arrays.add(term.input);
    else if (!operations.has(term)) {
      for (const operand of term.operands) visit(operand);
      operations.add(term);
    }
  };
  for (const term of [...written, ...summed]) visit(term);

  const places = new Map<string | NumberTerm | Operation, number>(
    [...arrays, ...numbers, ...operations].map((each, place) => [each, place]),
  );
  const place = (term: ArrayTerm | NumberTerm): number =>
    places.get(term.kind === "array" && term.from === "input" ? term.input : term) ?? -1;
  const body: LoopBody = {
    arrays: arrays.size,
    numbers: [...numbers].map(({ dtype }) => dtype),
    operations: [...operations].map(({ name, op, operands }) => ({ name, op, operands: operands.map(place) })),
    written: written.map(place),
    summed: summed.map(place),
  };
  return { body, arrays: [...arrays], numbers: [...numbers] };
}

/** Names of the graph's inputs whose elements a term needs. */
export function arraysOf(term: ArrayTerm | NumberTerm): readonly string[] {
  return fuse([term], []).arrays;
}
