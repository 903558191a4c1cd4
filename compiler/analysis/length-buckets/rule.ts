import type { OpAttributes, OpName } from "../../graph/attributes.ts";
import type { Node } from "../../graph/graph.ts";
import { axesOf } from "../../graph/ops/index.ts";
import { Axis } from "./axis.ts";
import type { ValueFact } from "./facts.ts";

/** A node of the shorter graph and its partner in the full graph, with the facts about their inputs. */
export interface NodePair<Op extends OpName> {
  readonly short: Node<Op>;
  readonly full: Node<Op>;
  readonly inputs: readonly ValueFact[];
}

/**
 * The transfer function of an op. It returns facts about the outputs, or the reason why they would differ from those of
 * the full graph, as the end of a sentence. Outputs without a fact are unknown.
 */
export type Rule<Op extends OpName> = (pair: NodePair<Op>) => readonly ValueFact[] | string;

export type Rules = { readonly [Op in OpName]: Rule<Op> };
export type RulesOf<Names extends OpName> = { readonly [Op in Names]: Rule<Op> };

export const otherPositions = "it combines tokens of different positions";
export const lengthInNumbers = "it computes with the length of the text";

/** An attribute of both nodes. */
export function both<Op extends OpName, Name extends keyof OpAttributes[Op]>(
  { short, full }: NodePair<Op>,
  name: Name,
): readonly [OpAttributes[Op][Name], OpAttributes[Op][Name]] {
  return [short.attributes[name], full.attributes[name]];
}

/**
 * The axes of an output as the op's trait relates them to axes of the inputs: axes that it follows are unified, an axis
 * without sources is undetermined. `undefined` where axes cannot be unified.
 */
export function followedAxes<Op extends OpName>(
  { short, full, inputs }: NodePair<Op>,
  output = 0,
): readonly Axis[] | undefined {
  const [sizes, wholes] = [short.outputs[output]?.shape ?? [], full.outputs[output]?.shape ?? []];
  const axes = (axesOf(full as Node)[output] ?? []).map(({ sources }, index) => {
    const [first = new Axis(sizes[index] ?? 1, wholes[index] ?? 1), ...others] = sources.flatMap(
      ({ input, axis }) => inputs[input]?.axes[axis]?.axis ?? [],
    );
    return others.every((other) => first.unify(other)) ? first : undefined;
  });
  const known = axes.filter((axis) => axis !== undefined);
  return known.length === axes.length ? known : undefined;
}
