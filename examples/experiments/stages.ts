import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../../runtime/host/package-root.ts";
import type { Train } from "./trained-once.ts";
import type { Outcome, Variant } from "./variant.ts";

/** Changes of the text of a specification. */
export type Changes = NonNullable<Variant["changes"]>;

/** The text of each stage of a specification in `examples`, with its comments. */
async function stagesOf(specification: string): Promise<Readonly<Record<string, string>>> {
  const source = await readFile(join(packageRoot(), "examples", specification), "utf8");
  return Object.fromEntries(
    [...source.matchAll(/\n(?:\/\/\/[^\n]*\n)+stage (\w+) \{[^]*?\n\}\n/gu)].map(([text, name = ""]) => [name, text]),
  );
}

/** The changes that remove all stages but one. */
function withoutOthers(stages: Readonly<Record<string, string>>, stage: string): Changes {
  return Object.entries(stages).flatMap(([name, text]) => (name === stage ? [] : [[text, ""] as const]));
}

/** The changes after which a stage begins with the weights that another training has left. */
export function begunFrom(stage: string, from: Outcome | undefined): Changes {
  return from ? [[`stage ${stage} {`, `stage ${stage} {\n  init: from(path: "${from.folder}", checkpoint: last)`]] : [];
}

/** Trains one stage of a specification, without the others. */
export type TrainStage = (name: string, stage: string, more: Pick<Variant, "changes" | "options">) => Promise<Outcome>;

/** Trains single stages of a specification with a seed, each by a name of its own. */
export async function stageTrainer({
  specification,
  seed,
  train,
}: Pick<Variant, "specification" | "seed"> & { readonly train: Train }): Promise<TrainStage> {
  const stages = await stagesOf(specification);
  return (name, stage, { changes = [], options }) =>
    train({
      name: name.replaceAll(/\W+/gu, "-"),
      specification,
      seed,
      changes: [...withoutOthers(stages, stage), ...changes],
      ...(options ? { options } : {}),
    });
}
