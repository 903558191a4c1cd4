import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import type { ResolvedBalance } from "../schema/resolved.ts";
import { type BalanceThatNeeds, balanceNeeds } from "./balance-needs.ts";
import { famoFactors, famoLearnt } from "./famo.ts";
import { distancesOf, lowestLosses } from "./lowest-losses.ts";
import { logarithmicStchFactors, stchFactors } from "./stch.ts";
import { nodesOf } from "./task-arithmetic.ts";

type LossBalanceKind = BalanceThatNeeds<"losses">;
export type LossBalance = Extract<ResolvedBalance, { kind: LossBalanceKind }>;

export function needsLosses(balance: ResolvedBalance): balance is LossBalance {
  return balanceNeeds[balance.kind] === "losses";
}

interface LossesOfTasks<Kind extends LossBalanceKind> {
  readonly options: Extract<LossBalance, { kind: Kind }>;
  readonly tasks: readonly string[];
  /** `[K]`. */
  readonly losses: Value;
  /** `[K]`: the knowledge of the balancer before the update, by name. */
  readonly known: (name: string) => Value;
}

const formulas: {
  readonly [Kind in LossBalanceKind]: (builder: GraphBuilder, given: LossesOfTasks<Kind>) => Value;
} = {
  famo: (builder, { options, tasks, losses, known }) => {
    const nodes = nodesOf(builder);
    const now = distancesOf(nodes, losses, lowestLosses(tasks, options.lowest));
    if (options.losses === "same_batch") return famoFactors(nodes, known("logits"), now, tasks.length);
    const { logits } = famoLearnt(
      nodes,
      { logits: known("logits"), first: known("first"), second: known("second") },
      { before: known("before"), after: now },
      { rate: known("rate"), correction: known("correction"), gamma: options.gamma },
    );
    return famoFactors(nodes, logits, now, tasks.length);
  },
  stch: (builder, { options, tasks, losses, known }) => {
    const nodes = nodesOf(builder);
    const lowest = lowestLosses(tasks, options.lowest);
    return options.warmup === 0
      ? stchFactors(nodes, nodes.subtract(losses, nodes.vector(lowest)), options.mu, tasks.length)
      : logarithmicStchFactors(
          nodes,
          distancesOf(nodes, losses, lowest),
          { nadir: known("nadir"), mu: known("mu") },
          tasks.length,
        );
  },
};

/** The factor of each task's loss, `[K]`, from their losses, `[K]`, and from what the balancer knows before the update: inputs of the role `balance`. */
export function factorsOfLosses(
  builder: GraphBuilder,
  options: LossBalance,
  tasks: readonly string[],
  losses: Value,
): Value {
  const known = (name: string): Value =>
    builder.input({ kind: "balance", name }, { dtype: "float32", shape: [tasks.length] });
  const formula = formulas[options.kind] as (builder: GraphBuilder, given: LossesOfTasks<LossBalanceKind>) => Value;
  return formula(builder, { options, tasks, losses, known });
}
