import { sameShape, showShape } from "../../compiler/graph/graph.ts";
import { createMemoryHost } from "../../compiler/host.ts";
import { compileProgram } from "../../compiler/program.ts";
import type { ResolvedMergeMethod } from "../../compiler/schema/resolved.ts";
import type { Tensors } from "../checkpoint/checkpoint.ts";
import { mergeWeights } from "../pretrained/merge-weights.ts";
import { UserError } from "../user-error.ts";

export interface MergeTablesRequest {
  /** The weights of each model, the first one first. */
  readonly models: readonly Tensors[];
  /** The weights with which the models began. Every method but `average` needs them. */
  readonly base?: Tensors;
  /** The text of a method, such as `ties(density: 20%)`. */
  readonly method: string;
}

/** Merges the weights of models as `init: merge(…)` does. Throws a `UserError` if they do not fit together. */
export function mergeTables({ models, base, method: written }: MergeTablesRequest): Tensors {
  const method = mergeMethodOf(written);
  if (!base && method.kind !== "average")
    throw new UserError(
      "usage",
      `\`${method.kind}\` adds changes to the weights with which the models began.`,
      "Name those: `--base RUN`.",
    );
  const shapes = new Map<string, readonly number[]>();
  for (const [name, { shape }] of [...models, ...(base ? [base] : [])].flatMap((table) => [...table])) {
    const known = shapes.get(name) ?? shape;
    if (!sameShape(known, shape))
      throw new UserError(
        "usage",
        `"${name}" is ${showShape(known)} in one model and ${showShape(shape)} in another.`,
        "Merge models of one specification, or leave the weight out by `--take`.",
      );
    shapes.set(name, shape);
  }
  return mergeWeights(method, models, base ?? new Map());
}

function mergeMethodOf(written: string): ResolvedMergeMethod {
  const text = `model merge
modality x: tensor(1)
task t { from: x  head: linear(1)  target: number("y") }
stage merge { init: merge(of: [from("a")], method: ${written})  optimizer: sgd(rate: 1)  steps: 1 }`;
  const entry = "--method";
  const { specification, diagnostics } = compileProgram({
    entry,
    host: createMemoryHost({ [entry]: text }),
    until: "shapes",
  });
  const start = specification?.stages[0]?.init;
  const mistake = diagnostics.find(({ severity }) => severity === "error");
  if (start?.kind === "merge" && !mistake) return start.method;
  throw new UserError(
    "usage",
    `"${written}" is not a method of merging: ${mistake?.message ?? ""}`.trim(),
    mistake?.help ?? "Write one of average, task_arithmetic, ties and dare, with options as in a specification.",
  );
}
