import type { OpAttributes, OpName } from "../../graph/attributes.ts";
import type { Graph, Node, Value } from "../../graph/graph.ts";

/** A number that follows from the number of rows of a batch: `each · rows + fixed`. */
export interface Size {
  readonly each: number;
  readonly fixed: number;
}

/** The sizes of a graph: for any number of rows, or for the one that it was made for. */
export interface GraphSizes {
  /** An attribute of a node that is a number or a list of numbers. */
  of<Op extends OpName>(node: Node<Op>, attribute: keyof OpAttributes[Op] & string): readonly Size[];
  shape(value: Value): readonly Size[];
}

export const fixedSizes: GraphSizes = {
  of: (node, attribute) => (numbersOf(node.attributes[attribute]) ?? []).map(fixedSize),
  shape: ({ shape }) => shape.map(fixedSize),
};

export function fixedSize(fixed: number): Size {
  return { each: 0, fixed };
}

export function sum(left: Size, right: Size | undefined): Size {
  return { each: left.each + (right?.each ?? 0), fixed: left.fixed + (right?.fixed ?? 0) };
}

/** A graph that was made for a number of rows. */
export interface GraphOfRows {
  readonly rows: number;
  readonly graph: Graph;
}

/** A graph at one number of rows, and its sizes at all. */
export interface AnyBatch {
  readonly graph: Graph;
  readonly sizes: GraphSizes;
}

/** The attributes that are sizes or positions, and may follow from the number of rows. */
const sizeAttributes: ReadonlySet<string> = new Set(["shape", "starts", "sizes", "before", "after", "rows", "depth"]);

/**
 * Finds how the sizes of a graph follow from the number of rows: the graphs at two numbers of rows give a line for each size, and the other graphs must be
 * on it. Everything that is not a size must be equal in all of them. Returns the reason if it is not.
 */
export function anyBatch(graphs: readonly GraphOfRows[]): AnyBatch | { readonly problem: string } {
  try {
    return matched(graphs);
  } catch (difference) {
    if (difference instanceof Difference) return { problem: difference.message };
    throw difference;
  }
}

class Difference extends Error {}

function matched(graphs: readonly GraphOfRows[]): AnyBatch {
  const [first, ...others] = graphs;
  if (!first || others.length < 2) throw new Error("two numbers of rows give a line, and a third one tries it");
  const shapes = new Map<Value, readonly Size[]>();
  const attributes = new Map<Node, ReadonlyMap<string, readonly Size[]>>();
  /** For each graph, the values of the first one by its own. */
  const originals = graphs.map(() => new Map<Value, Value>());
  const lines = (lists: readonly (readonly number[])[], of: string): readonly Size[] =>
    together(lists, of).map((numbers) => lineThrough(numbers, graphs, of));
  const define = (values: readonly Value[], of: string): void => {
    const [original] = values;
    if (!original || values.some(({ dtype }) => dtype !== original.dtype)) throw new Difference(`the type of ${of}`);
    for (const [index, value] of values.entries()) originals[index]?.set(value, original);
    shapes.set(
      original,
      lines(
        values.map(({ shape }) => shape),
        of,
      ),
    );
  };
  const read = (values: readonly Value[], of: string): void => {
    const read = values.map((value, index) => originals[index]?.get(value));
    if (new Set(read).size > 1) throw new Difference(`what ${of} reads`);
  };

  const samples = graphs.map(({ graph }) => graph);
  for (const inputs of together(
    samples.map((graph) => graph.inputs),
    "the inputs",
  )) {
    const [{ name } = { name: "" }] = inputs;
    if (inputs.some((input) => input.name !== name)) throw new Difference("the inputs");
    define(
      inputs.map(({ value }) => value),
      name,
    );
  }
  for (const nodes of together(
    samples.map((graph) => graph.nodes),
    "the operations",
  )) {
    const [node] = nodes;
    if (!node || nodes.some(({ op }) => op !== node.op)) throw new Difference("the operations");
    const of = `\`${node.op}\` of ${node.origin?.path ?? "the graph"}`;
    for (const values of together(
      nodes.map(({ inputs }) => inputs),
      of,
    ))
      read(values, of);
    attributes.set(node, attributesOf(nodes, of, lines));
    for (const values of together(
      nodes.map(({ outputs }) => outputs),
      of,
    ))
      define(values, of);
  }
  for (const outputs of together(
    samples.map((graph) => graph.outputs),
    "the outputs",
  )) {
    const [{ name } = { name: "" }] = outputs;
    if (outputs.some((output) => output.name !== name)) throw new Difference("the outputs");
    read(
      outputs.map(({ value }) => value),
      name,
    );
  }
  return {
    graph: first.graph,
    sizes: {
      of: (node, attribute) => found(attributes.get(node)?.get(attribute)),
      shape: (value) => found(shapes.get(value)),
    },
  };
}

type Lines = (lists: readonly (readonly number[])[], of: string) => readonly Size[];

function attributesOf(nodes: readonly Node[], of: string, lines: Lines): ReadonlyMap<string, readonly Size[]> {
  const sizes = new Map<string, readonly Size[]>();
  const all = nodes.map(({ attributes }) => attributes as Readonly<Record<string, unknown>>);
  for (const [name, value] of Object.entries(all[0] ?? {})) {
    const numbers = all.map((attributes) => numbersOf(attributes[name]));
    if (sizeAttributes.has(name) && numbers.every((list) => list !== undefined)) sizes.set(name, lines(numbers, of));
    else if (!all.every((attributes) => isEqual(attributes[name], value))) throw new Difference(`\`${name}\` of ${of}`);
  }
  return sizes;
}

function numbersOf(value: unknown): readonly number[] | undefined {
  if (typeof value === "number") return [value];
  return Array.isArray(value) && value.every((each) => typeof each === "number") ? value : undefined;
}

function isEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (!ArrayBuffer.isView(left) || !ArrayBuffer.isView(right)) return JSON.stringify(left) === JSON.stringify(right);
  const [own, other] = [left, right].map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  );
  return own?.length === other?.length && own?.every((byte, index) => byte === other?.[index]) === true;
}

/** The line through the numbers at the first two numbers of rows. */
function lineThrough(numbers: readonly number[], graphs: readonly GraphOfRows[], of: string): Size {
  const [[first = 0, second = 0], [from = 0, to = 1]] = [numbers, graphs.map(({ rows }) => rows)];
  const each = (second - first) / (to - from);
  const size = { each, fixed: first - each * from };
  const isLine =
    Number.isInteger(each) && graphs.every(({ rows }, index) => each * rows + size.fixed === numbers[index]);
  if (!isLine) throw new Difference(`a size of ${of}, which is no multiple of the rows`);
  return size;
}

/** The members at each index; there must be equally many of them in all lists. */
function together<Member>(lists: readonly (readonly Member[])[], of: string): readonly (readonly Member[])[] {
  const [first = []] = lists;
  if (lists.some(({ length }) => length !== first.length)) throw new Difference(`the number of ${of}`);
  return first.map((_, index) => lists.flatMap((list) => list.slice(index, index + 1)));
}

function found(sizes: readonly Size[] | undefined): readonly Size[] {
  if (!sizes) throw new Error("a node or value of another graph");
  return sizes;
}
