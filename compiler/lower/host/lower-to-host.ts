import { type Graph, sizeOf } from "../../graph/graph.ts";
import { type FusedTerms, arraysOf, fuse } from "./loop-body.ts";
import { type ArrayTerm, type NumberTerm, type Term, termsOf } from "./terms.ts";

/** A graph as a sequence of actions of the host. Each number is computed once; arrays exist only inside loops. */
export interface HostProgram {
  readonly graph: Graph;
  readonly actions: readonly HostAction[];
}

export type HostAction =
  | { readonly kind: "number"; readonly number: Exclude<NumberTerm, { from: "sum" }> }
  | { readonly kind: "loop"; readonly loop: HostLoop }
  | { readonly kind: "output"; readonly output: string; readonly number: NumberTerm };

/** One pass over arrays of one size. */
export interface HostLoop extends FusedTerms {
  readonly size: number;
  /** Names of the graph's outputs, in their order in the body. */
  readonly written: readonly string[];
  readonly sums: readonly Sum[];
}

type Sum = Extract<NumberTerm, { from: "sum" }>;

interface ArrayOutput {
  readonly name: string;
  readonly size: number;
  readonly term: ArrayTerm | NumberTerm;
}

/**
 * Lowers a graph to loops of the host, each one pass over memory; `undefined` if it has an op that the host lacks
 * (`hostOps`). First come loops that only sum, level by level, then those that write: one for all outputs that share an
 * input, which recomputes the summands. So every output may use the buffer of the input with the same name.
 */
export function lowerToHost(graph: Graph): HostProgram | undefined {
  const terms = termsOf(graph);
  if (!terms || graph.outputs.some(({ value }) => value.dtype !== "float32")) return undefined;
  const outputs = graph.outputs.map(({ name, value }) => ({ name, size: sizeOf(value.shape), term: terms.get(value) }));
  const arrays = outputs.flatMap(({ term, ...output }): ArrayOutput[] =>
    output.size > 1 && term && term.kind !== "partial sum" ? [{ ...output, term }] : [],
  );
  const numbers = outputs.flatMap(({ name, size, term }) =>
    size === 1 && term?.kind === "number" ? [{ name, term }] : [],
  );
  if (arrays.length + numbers.length < outputs.length) return undefined;
  return {
    graph,
    actions: [
      ...beforeWriting(terms),
      ...writingLoops(arrays, graph),
      ...numbers.map(({ name, term }): HostAction => ({ kind: "output", output: name, number: term })),
    ],
  };
}

function beforeWriting(terms: ReadonlyMap<unknown, Term>): readonly HostAction[] {
  const numbers = [...new Set(terms.values())].filter((term) => term.kind === "number");
  const depth = Math.max(0, ...numbers.map(({ level }) => level));
  return Array.from({ length: depth + 1 }, (_, level) => {
    const sums = numbers.filter((number): number is Sum => number.from === "sum" && number.level === level);
    const others = numbers.flatMap((number) => (number.from !== "sum" && number.level === level ? [number] : []));
    return [...summingLoops(sums), ...others.map((number): HostAction => ({ kind: "number", number }))];
  }).flat();
}

/** Sums over the same arrays are computed in one pass. */
function summingLoops(sums: readonly Sum[]): readonly HostAction[] {
  return connected(sums, ({ of }) => arraysOf(of)).map((together): HostAction => {
    const size = Math.max(...together.map(({ of }) => of.size));
    return {
      kind: "loop",
      loop: {
        ...fuse(
          [],
          together.map(({ of }) => of),
        ),
        size,
        written: [],
        sums: together,
      },
    };
  });
}

/** Outputs that need a common input, or that one of them may overwrite, are written in one pass. */
function writingLoops(outputs: readonly ArrayOutput[], { inputs }: Graph): readonly HostAction[] {
  const overwritten = new Set(inputs.map(({ name }) => name));
  return connected(outputs, ({ name, term }) => [...arraysOf(term), ...(overwritten.has(name) ? [name] : [])]).map(
    (group): HostAction => {
      const size = Math.max(...group.map((output) => output.size));
      return {
        kind: "loop",
        loop: {
          ...fuse(
            group.map(({ term }) => term),
            [],
          ),
          size,
          written: group.map(({ name }) => name),
          sums: [],
        },
      };
    },
  );
}

/** Groups items that share a name, directly or through others. */
function connected<Item>(
  items: readonly Item[],
  namesOf: (item: Item) => readonly string[],
): readonly (readonly Item[])[] {
  let groups: { readonly names: readonly string[]; readonly items: readonly Item[] }[] = [];
  for (const item of items) {
    const names = new Set(namesOf(item));
    const related = groups.filter((group) => group.names.some((name) => names.has(name)));
    const merged = {
      names: [...names, ...related.flatMap((group) => group.names)],
      items: [...related.flatMap((group) => group.items), item],
    };
    groups = [...groups.filter((group) => !related.includes(group)), merged];
  }
  return groups.map((group) => group.items);
}
