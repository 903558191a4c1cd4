import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import type {
  ResolvedDataset,
  ResolvedModality,
  ResolvedSpecification,
  ResolvedTask,
} from "../../compiler/schema/resolved.ts";
import { currentSemantics } from "../../compiler/semantics.ts";
import type { Data, Split } from "../../runtime/data/data.ts";

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** A new folder with these files, removed after the tests of the file. */
export async function folderWith(files: { readonly [path: string]: string | Uint8Array }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "mtl-data-"));
  folders.push(folder);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

export const text = {
  kind: "text",
  max_length: 16,
  tokenizer: { kind: "characters", size: 64 },
  segments: 1,
  separators: "between",
  lowercase: false,
} as const satisfies ResolvedModality;

export const picture = {
  kind: "image",
  height: 4,
  width: 6,
  channels: 3,
  fit: "stretch",
  background: "white",
} as const satisfies ResolvedModality;

export const sentiment: ResolvedTask = {
  name: "sentiment",
  target: { kind: "category", column: "label", classes: 2 },
  metrics: [],
  weight: 1,
  inputs: [{ modality: "words", optional: false }],
};

export const reviews: ResolvedDataset = {
  name: "reviews",
  path: "reviews.csv",
  columns: { words: "words", label: "label" },
  split: { kind: "shares", train: 0.8, validation: 0.1, test: 0.1 },
  tasks: ["sentiment"],
  bad_rows: "report",
};

export const allTrain: ResolvedDataset["split"] = { kind: "shares", train: 1, validation: 0, test: 0 };

/** One text modality, one category task, one CSV file; everything can be replaced. */
export function specification(
  changes: Partial<Pick<ResolvedSpecification, "modalities" | "tasks" | "datasets">> = {},
): ResolvedSpecification {
  return {
    language: 1,
    semantics: currentSemantics,
    model: { name: "fixture" },
    params: {},
    modalities: { words: text },
    tasks: { sentiment },
    datasets: { reviews },
    stages: [],
    ...changes,
  };
}

/** All rows of a split in one batch. */
export function wholeSplit(data: Data, task: string, split: Split): ReturnType<Data["batch"]> {
  const size = data.rows(task, split);
  return data.batch({ task, split, rows: Array.from({ length: size }, (_, row) => row), size });
}
