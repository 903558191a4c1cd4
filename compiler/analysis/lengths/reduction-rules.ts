import type { OpName } from "../../graph/attributes.ts";
import { Axis, type Fact, type Outside, isLow, outsideOf } from "./fact.ts";
import type { NodePair, Rule, RulesOf } from "./rule.ts";

type Reduction = "reduce_sum" | "reduce_mean" | "reduce_max";

/** Along the axes that are reduced, what is lacking must not count; along the others it is reduced to what `left` says. */
function reduction<Op extends Reduction>(
  counts: (outside: Outside) => string | undefined,
  left: (outside: Outside) => Outside,
): Rule<Op> {
  return (pair) => {
    const [input] = pair.inputs;
    const { axes: reduced, keep_dimensions: kept } = pair.short.attributes;
    if (!input) return [];
    for (const axis of reduced) {
      const reason = input.axes[axis]?.isWhole === false ? counts(outsideOf(input, axis)) : undefined;
      if (reason !== undefined) return reason;
    }
    const remaining = input.axes.flatMap((axis, place) =>
      reduced.includes(place)
        ? kept
          ? [{ axis: new Axis(1, 1), outside: undefined }]
          : []
        : [{ axis, outside: left(outsideOf(input, place)) }],
    );
    return [{ axes: remaining.map(({ axis }) => axis), outside: remaining.map(({ outside }) => outside) }];
  };
}

/** Along the last axis what is lacking must be low: it then is 0, and the others share what they shared without it. */
function overLastAxis<Op extends OpName>(becomes: Outside): Rule<Op> {
  return ({ inputs: [input] }) => {
    if (!input) return [];
    const last = input.axes.length - 1;
    const varies = input.axes[last]?.isWhole === false;
    // A row that is masked throughout is no exception: what is multiplied by its mask afterwards is 0 at any length.
    if (varies && !isLow(outsideOf(input, last))) return "it is a softmax over tokens whose padding is not masked";
    return [
      { axes: input.axes, outside: input.axes.map((_, axis) => (varies && axis === last ? becomes : undefined)) },
    ];
  };
}

const zero = (outside: Outside): Outside => (outside === 0 ? 0 : undefined);

export const reductionRules: RulesOf<Reduction | "argmax" | "softmax" | "log_softmax" | "layer_norm"> = {
  reduce_sum: reduction((outside) => (outside === 0 ? undefined : "it sums over tokens whose padding is not 0"), zero),
  reduce_mean: reduction(() => "it is a mean over all tokens, with the padding", zero),
  reduce_max: reduction(
    (outside) => (isLow(outside) ? undefined : "it is a maximum over tokens whose padding is not masked"),
    (outside) => outside,
  ),
  argmax: (pair) =>
    alongWhole(pair, pair.short.attributes.axis, "it compares all tokens, with the padding", ([input]) =>
      input ? [without(input, pair.short.attributes.axis)] : [],
    ),
  softmax: overLastAxis(0),
  log_softmax: overLastAxis("low"),
  layer_norm: (pair) => {
    const last = (pair.inputs[0]?.axes.length ?? 1) - 1;
    return alongWhole(pair, last, "it normalises over all tokens, with the padding", ([input]) => {
      if (!input) return [];
      const statistics = {
        axes: [...input.axes.slice(0, -1), new Axis(1, 1)],
        outside: input.axes.map(() => undefined),
      };
      return [{ axes: input.axes, outside: input.axes.map(() => undefined) }, statistics, statistics];
    });
  },
};

function alongWhole<Op extends OpName>(
  { inputs }: NodePair<Op>,
  axis: number,
  reason: string,
  rest: (inputs: readonly Fact[]) => readonly Fact[],
): readonly Fact[] | string {
  return inputs[0]?.axes[axis]?.isWhole === false ? reason : rest(inputs);
}

function without({ axes }: Fact, axis: number): Fact {
  const remaining = axes.filter((_, place) => place !== axis);
  return { axes: remaining, outside: remaining.map(() => undefined) };
}
