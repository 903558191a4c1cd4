import type { Node } from "./ast.ts";

export type NodeKind = Node["kind"];
/** The node type of a kind; one interface may have several kinds. */
export type NodeOf<K extends NodeKind> = Node extends infer N
  ? N extends { readonly kind: infer Kinds }
    ? K extends Kinds
      ? N
      : never
    : never
  : never;

type Children<N> = (node: N) => readonly (Node | undefined)[];

const none: Children<Node> = () => [];
const nameAndValue = ({ name, value }: { readonly name: Node; readonly value: Node }) => [name, value];
const nameAndOptions = ({ name, options }: { readonly name: Node; readonly options: readonly Node[] }) => [
  name,
  ...options,
];
const variable = ({ name, shape, initializer }: NodeOf<"Weight">) => [name, ...shape, initializer];
const onlyValue = ({ value }: { readonly value: Node }) => [value];
const items = ({ items }: { readonly items: readonly Node[] }) => items;
const operand = ({ operand }: { readonly operand: Node }) => [operand];
const leftAndRight = ({ left, right }: { readonly left: Node; readonly right: Node }) => [left, right];

/** The children of each kind of node, in the order of the text. */
const children: { readonly [K in NodeKind]: Children<NodeOf<K>> } = {
  SpecificationFile: ({ declarations }) => declarations,
  Model: ({ name, title }) => [name, title],
  Import: ({ names, from }) => [...names, from],
  Param: ({ name, type, value }) => [name, type, value],
  Modality: nameAndValue,
  Block: ({ name, parameters, result, body }) => [name, ...parameters, result, ...body],
  Layer: nameAndValue,
  Stream: nameAndValue,
  Fusion: nameAndValue,
  Task: nameAndOptions,
  Dataset: nameAndOptions,
  Stage: nameAndOptions,
  Renamed: ({ from, to }) => [from, to],
  Adapt: ({ weights, value }) => [weights, value],
  Parameter: ({ name, type, default: value }) => [name, type, value],
  NamedType: ({ name, range }) => [name, range],
  ListType: ({ element }) => [element],
  OptionalType: ({ inner }) => [inner],
  OneOfType: ({ options }) => options,
  TupleType: ({ elements }) => elements.flatMap(({ name, type }) => [name, type]),
  Let: ({ names, value }) => [...names, value],
  LayerStatement: nameAndValue,
  Weight: variable,
  State: variable,
  Update: nameAndValue,
  Return: onlyValue,
  Yield: onlyValue,
  ExpressionStatement: onlyValue,
  Identifier: none,
  Number: none,
  String: none,
  Boolean: none,
  None: none,
  Name: none,
  List: items,
  Map: ({ entries }) => entries,
  Entry: ({ key, value }) => [key, value],
  Range: ({ from, to }) => [from, to],
  Tuple: items,
  Unary: operand,
  Binary: leftAndRight,
  If: ({ condition, consequence, alternative }) => [condition, consequence, alternative],
  Optional: operand,
  Pipe: leftAndRight,
  Member: ({ object, member }) => [object, member],
  Call: ({ callee, arguments: given }) => [callee, ...given],
  Argument: ({ name, label, value }) => [name, label, value],
  Repeat: ({ arguments: given, index, from, body }) => [...given, index, ...(from ?? []), ...body],
  Binding: nameAndValue,
  Except: ({ base, exceptions }) => [base, exceptions],
  Error: none,
};

/** The nodes directly below one, in the order of the text. */
export function childrenOf(node: Node): readonly Node[] {
  const below = children[node.kind] as Children<Node>;
  return below(node).filter((child) => child !== undefined);
}

/**
 * Calls `enter` for a node and all nodes below it, parents first. If `enter` returns "skip", the node's children are
 * skipped.
 */
export function visit(node: Node, enter: (node: Node, parent?: Node) => "skip" | void, parent?: Node): void {
  if (enter(node, parent) === "skip") return;
  for (const child of childrenOf(node)) visit(child, enter, node);
}
