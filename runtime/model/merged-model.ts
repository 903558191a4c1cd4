import { suggestionAmong } from "../../compiler/diagnostics/define.ts";
import type { Tensors } from "../checkpoint/checkpoint.ts";
import { plansOfTasks } from "../evaluation/evaluate-tasks.ts";
import { openEngine } from "../engines/open-engine.ts";
import { weightKey } from "../train/phase/phase-weights.ts";
import { UserError } from "../user-error.ts";
import { adaptedWeights, agree, weightsOfAdapt } from "./adapted-weights.ts";
import { readTrained } from "./read-trained.ts";

export interface MergedModelRequest {
  /** The folder of a run, or of a model. */
  readonly path: string;
  /** The task whose weights are meant, where tasks read a weight differently. */
  readonly task?: string;
}

/**
 * The weights of a trained model as if its specification had no `adapt`: each adapted weight has the value that is read instead of it, and the
 * weights that `adapt` added are left out. Throws a `UserError` if nothing is adapted, or if tasks read a weight differently.
 */
export async function mergedModel({ path, task }: MergedModelRequest): Promise<Tensors> {
  const { bundle, tasks, weights } = await readTrained(path);
  const names = tasks.map((each) => each.task);
  if (task !== undefined && !names.includes(task))
    throw new UserError(
      "usage",
      `There is no task "${task}".`,
      suggestionAmong(task, names, `There are ${names.join(", ")}.`),
    );
  const chosen = tasks.filter((each) => task === undefined || each.task === task);
  const plans = plansOfTasks(bundle.compiled.program, chosen);
  const read: { readonly task: string; readonly values: Tensors }[] = [];
  const isAdapted = new Set<string>();
  const engine = await openEngine({ threads: 1 });
  try {
    for (const { plan, names: own } of plans)
      for (const name of own) {
        const table = await weights(name);
        const adapted = await adaptedWeights({ plan, task: name, weights: table }, engine);
        for (const key of adapted.keys()) isAdapted.add(key);
        const unused = weightsOfAdapt(plan, name);
        const used = plan.weights.filter((weight) => weight.tasks.includes(name)).map(weightKey);
        const raw = used.flatMap((key) => {
          const tensor = unused.has(key) ? undefined : table.get(key);
          return tensor ? [[key, tensor] as const] : [];
        });
        read.push({ task: name, values: new Map([...raw, ...adapted]) });
      }
  } finally {
    await engine.dispose();
  }
  if (isAdapted.size === 0)
    throw new UserError(
      "usage",
      `The model in ${path} has no \`adapt\`.`,
      "`--merge` merges the weights of `adapt` into those that it adapts.",
    );
  for (const [index, { task: name, values }] of read.entries()) {
    const other = read.slice(0, index).find((before) => !agree(before.values, values));
    if (other) throw readDifferently(path, other.task, name);
  }
  return new Map(read.flatMap(({ values }) => [...values]).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function readDifferently(path: string, one: string, other: string): UserError {
  return new UserError(
    "usage",
    `The tasks "${one}" and "${other}" of ${path} read a weight differently, so that it cannot be merged for both.`,
    `Choose a task: \`--task ${one}\`.`,
  );
}
