import type { OpAttributes, OpName } from "../../graph/attributes.ts";
import type { Node } from "../../graph/graph.ts";
import type { Fact } from "./fact.ts";

/** A node of the shorter graph beside that of the full one. */
export interface NodePair<Op extends OpName> {
  readonly short: Node<Op>;
  readonly full: Node<Op>;
  readonly inputs: readonly Fact[];
}

/** What is known of a node's outputs, or why they would not be those of the full graph, as the end of a sentence. */
export type Rule<Op extends OpName> = (pair: NodePair<Op>) => readonly Fact[] | string;

export type Rules = { readonly [Op in OpName]: Rule<Op> };
export type RulesOf<Names extends OpName> = { readonly [Op in Names]: Rule<Op> };

/** An attribute of both nodes. */
export function both<Op extends OpName, Name extends keyof OpAttributes[Op]>(
  { short, full }: NodePair<Op>,
  name: Name,
): readonly [OpAttributes[Op][Name], OpAttributes[Op][Name]] {
  return [short.attributes[name], full.attributes[name]];
}
