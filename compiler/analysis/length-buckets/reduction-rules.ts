import type { OpName } from "../../graph/attributes.ts";
import {
  type Padding,
  type ValueFact,
  factOf,
  isLow,
  paddingAt,
  unknownPadding,
  varies,
  zeroOrUnknown,
} from "./facts.ts";
import { type NodePair, type Rule, type RulesOf, followedAxes } from "./rule.ts";

type Reduction = "reduce_sum" | "reduce_mean" | "reduce_max";

interface Reducing {
  /** The reason why the padding of a reduced axis would change the result; `undefined` if it does not. */
  readonly obstruction: (padding: Padding) => string | undefined;
  /** The padding of a remaining axis after the reduction. */
  readonly remaining: (padding: Padding) => Padding;
}

function reduction<Op extends Reduction>({ obstruction, remaining }: Reducing): Rule<Op> {
  return (pair) => {
    const [input] = pair.inputs;
    const { axes: reduced, keep_dimensions: keeps } = pair.short.attributes;
    const axes = followedAxes(pair);
    if (!input || !axes) return [];
    const reasons = reduced.map((axis) => (varies(input, axis) ? obstruction(paddingAt(input, axis)) : undefined));
    const reason = reasons.find((each) => each !== undefined);
    if (reason !== undefined) return reason;
    const from = input.axes.flatMap((_, axis) => (!reduced.includes(axis) ? [axis] : keeps ? [undefined] : []));
    return [
      factOf(axes, (index) => {
        const source = from[index];
        return source === undefined ? undefined : remaining(paddingAt(input, source));
      }),
    ];
  };
}

/**
 * The rule of a softmax. An axis that varies must be padded with low scores, which become 0 and leave the others
 * unchanged.
 */
function overLastAxis<Op extends OpName>(becomes: Padding): Rule<Op> {
  return (pair) => {
    const [input] = pair.inputs;
    const axes = followedAxes(pair);
    if (!input || !axes) return [];
    const last = axes.length - 1;
    // A row that is masked throughout is no exception: its product with the mask afterwards is 0 at any length.
    if (varies(input, last) && !isLow(paddingAt(input, last)))
      return "it is a softmax over tokens whose padding is not masked";
    return [factOf(axes, (index) => (index === last && varies(input, last) ? becomes : undefined))];
  };
}

/**
 * The rule of an op that uses all indices along an axis. This axis must not vary, and nothing is known about the
 * padding of the others.
 */
function alongWhole<Op extends OpName>(axisOf: (pair: NodePair<Op>) => number, reason: string): Rule<Op> {
  return (pair) => {
    const [input] = pair.inputs;
    if (input && varies(input, axisOf(pair))) return reason;
    return pair.short.outputs.flatMap((_, output): readonly ValueFact[] => {
      const axes = followedAxes(pair, output);
      return axes ? [unknownPadding(axes)] : [];
    });
  };
}

export const reductionRules: RulesOf<Reduction | "argmax" | "softmax" | "log_softmax" | "layer_norm"> = {
  reduce_sum: reduction({
    obstruction: (padding) => (padding === 0 ? undefined : "it sums over tokens whose padding is not 0"),
    remaining: zeroOrUnknown,
  }),
  reduce_mean: reduction({
    obstruction: () => "it is a mean over all tokens, with the padding",
    remaining: zeroOrUnknown,
  }),
  reduce_max: reduction({
    obstruction: (padding) => (isLow(padding) ? undefined : "it is a maximum over tokens whose padding is not masked"),
    remaining: (padding) => padding,
  }),
  argmax: alongWhole(({ short }) => short.attributes.axis, "it compares all tokens, with the padding"),
  softmax: overLastAxis(0),
  log_softmax: overLastAxis("low"),
  layer_norm: alongWhole(
    ({ inputs }) => (inputs[0]?.axes.length ?? 1) - 1,
    "it normalises over all tokens, with the padding",
  ),
};
