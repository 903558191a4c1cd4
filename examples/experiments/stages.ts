import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../../runtime/host/package-root.ts";
import type { Outcome, Variant } from "./variant.ts";

type Changes = NonNullable<Variant["changes"]>;

/** The text of each stage of a specification in `examples`, with its comments. */
export async function stagesOf(specification: string): Promise<Readonly<Record<string, string>>> {
  const source = await readFile(join(packageRoot(), "examples", specification), "utf8");
  return Object.fromEntries(
    [...source.matchAll(/\n(?:\/\/\/[^\n]*\n)+stage (\w+) \{[^]*?\n\}\n/gu)].map(([text, name = ""]) => [name, text]),
  );
}

/** The changes that remove all stages but one. */
export function withoutOthers(stages: Readonly<Record<string, string>>, stage: string): Changes {
  return Object.entries(stages).flatMap(([name, text]) => (name === stage ? [] : [[text, ""] as const]));
}

/** The changes after which a stage begins with the weights that another training has left. */
export function begunFrom(stage: string, from: Outcome | undefined): Changes {
  return from ? [[`stage ${stage} {`, `stage ${stage} {\n  init: from(path: "${from.folder}", checkpoint: last)`]] : [];
}
