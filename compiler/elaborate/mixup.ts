import type { Expression, TaskDeclaration } from "../../grammar/ast.ts";
import { scalarOfMixup } from "../features/features.ts";
import { expressions } from "../graph/expressions.ts";
import type { Value as GraphValue } from "../graph/graph.ts";
import type { ResolvedMixup, ResolvedModality } from "../schema/resolved.ts";
import { examplesOf } from "./candidates.ts";
import { builderAt, report } from "./elaboration.ts";
import type { Frame } from "./frame.ts";
import { modalitiesOf } from "./modalities-of.ts";
import { optionOf } from "./uses.ts";

/** The rows of a batch in reverse: row j meets row B − 1 − j, as in MBT's code. */
export function opposite(frame: Frame, value: GraphValue): GraphValue {
  const { batch } = frame.elaboration;
  const builder = builderAt(frame);
  const order = builder.emit("constant", [], {
    dtype: "int32",
    shape: [batch],
    data: Int32Array.from({ length: batch }, (_, row) => batch - 1 - row),
  });
  return builder.emit("gather", [value, order], { axis: 0 });
}

/** λ·own + (1 − λ)·opposite by rows, with `share` [B] for λ; both are `[B, …]`. */
export function mixed(frame: Frame, share: GraphValue, own: GraphValue, other: GraphValue): GraphValue {
  const e = expressions(builderAt(frame));
  const shares = e.reshape(share, [frame.elaboration.batch, ...own.shape.slice(1).map(() => 1)]);
  return e.add(e.multiply(shares, own), e.multiply(e.subtract(1, shares), other));
}

/** Mask [B, N] of mixed rows: a token is there if either row has it, and mixes at all. */
export function mixedMask(frame: Frame, share: GraphValue, own: GraphValue): GraphValue {
  const e = expressions(builderAt(frame));
  const mixes = e.reshape(e.cast(e.less(share, 1), "float32"), [frame.elaboration.batch, 1]);
  return e.maximum(own, e.multiply(opposite(frame, own), mixes));
}

/** λ of each row, [B]. A row that is padding or meets padding has 1: what is not there mixes with nothing. */
export function shareOf(frame: Frame, mixup: ResolvedMixup, modality: string): GraphValue {
  const { batch } = frame.elaboration;
  const builder = builderAt(frame);
  const e = expressions(builder);
  const drawn = builder.input(
    { kind: "scalar", name: scalarOfMixup(mixup, modality) },
    { dtype: "float32", shape: [] },
  );
  const there = e.cast(
    e.greater(builder.input({ kind: "row_weight" }, { dtype: "float32", shape: [batch] }), 0),
    "float32",
  );
  return e.select(e.greater(e.multiply(there, opposite(frame, there)), 0), drawn, 1);
}

/** [B]: the weight of each row in the loss of the task. */
export function rowWeightOf(frame: Frame): GraphValue {
  const { elaboration } = frame;
  const role = {
    kind: "row_weight",
    ...(elaboration.rows === "shared" && elaboration.task ? { task: elaboration.task.name } : {}),
  } as const;
  return builderAt(frame).input(role, { dtype: "float32", shape: [examplesOf(elaboration)] });
}

/**
 * The weight of each row in the loss, and how much of its own target each member of the ensemble has. Where rows are shared with other tasks, a
 * row that has the task's target may be mixed with one that lacks it. With weights w of a row and o of the opposite one, its loss is
 * (λ·w·own + (1 − λ)·o·opposite) ∕ W with the weight W = λ·w + (1 − λ)·o, so that no missing target counts.
 */
export function mixedTargets(
  frame: Frame,
  drawn: readonly (GraphValue | undefined)[],
): { readonly rowWeight: GraphValue; readonly shares: readonly GraphValue[] } | undefined {
  const mixing = drawn.filter((share) => share !== undefined);
  if (mixing.length === 0) return undefined;
  const rowWeight = rowWeightOf(frame);
  const e = expressions(builderAt(frame));
  const other = opposite(frame, rowWeight);
  const members = mixing.map((share) => {
    const own = e.multiply(share, rowWeight);
    const weight = e.add(own, e.multiply(e.subtract(1, share), other));
    const isSeen = e.greater(weight, 0);
    return { weight, share: e.select(isSeen, e.divide(own, e.select(isSeen, weight, 1)), 1) };
  });
  const sum = members.map(({ weight }) => weight).reduce((left, right) => e.add(left, right));
  return { rowWeight: e.multiply(sum, 1 / members.length), shares: members.map(({ share }) => share) };
}

/** The reason why a kind of modality cannot be mixed; `undefined` if it can. */
const unmixable: { readonly [Kind in ResolvedModality["kind"]]: string | undefined } = {
  image: undefined,
  text: "text",
  table: "categories",
  audio: undefined,
  series: undefined,
  video: undefined,
  regions: "regions",
  tensor: undefined,
};

/** λ of each member of the ensemble: that of the modality from which it predicts. `undefined` after an error, which has been reported. */
export function sharesOfMembers(
  frame: Frame,
  declaration: TaskDeclaration,
  from: Expression,
  members: number,
): readonly (GraphValue | undefined)[] | undefined {
  const { mixup, uses, references, candidates, target } = frame.elaboration;
  if (!mixup) return Array.from({ length: members }, () => undefined);
  const at = optionOf(declaration, "augment")?.span ?? declaration.name.span;
  for (const [name, presence] of uses) {
    const kind = frame.elaboration.modalities?.get(name)?.kind;
    const reason =
      kind && unmixable[kind]
        ? `${unmixable[kind]} cannot be mixed`
        : presence === "optional"
          ? "rows may lack it"
          : candidates
            ? "the task ranks candidates"
            : target?.target.comparesRows
              ? "the loss compares the rows of a batch"
              : undefined;
    if (reason === undefined) continue;
    report(frame, "unmixable_modality", at, { modality: name, reason });
    return undefined;
  }
  if (mixup.per === "batch") return Array.from({ length: members }, () => shareOf(frame, mixup, ""));
  const sources = from.kind === "List" ? from.items.map((item) => [...modalitiesOf(references, item)]) : [];
  const shares = sources.flatMap(([only, ...more]) =>
    only !== undefined && more.length === 0 ? [shareOf(frame, mixup, only)] : [],
  );
  if (shares.length === members && sources.length === members) return shares;
  report(frame, "mixup_members", at, { task: declaration.name.name });
  return undefined;
}
