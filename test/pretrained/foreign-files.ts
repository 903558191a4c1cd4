import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { type StoredTensor, readSafetensors, writeSafetensors } from "../../runtime/checkpoint/safetensors.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { newFolder } from "../trainer/tiny-run.ts";

const fixtures = join(packageRoot(), "test", "pretrained", "fixtures");

/** The results of transformers for an example, as `make-encoders.py` wrote them. */
export interface Expected {
  readonly texts?: readonly string[];
  /** The values of a square of pixels with three channels. */
  readonly picture?: readonly number[];
  readonly tokens: readonly (readonly number[])[];
  readonly pooled: readonly number[];
  /** The most likely token behind each, of those that are not special. */
  readonly next: readonly string[];
  readonly seen: readonly (readonly number[])[];
  readonly seen_pooled: readonly number[];
}

export function expectedOf(name: string): readonly Expected[] {
  return JSON.parse(readFileSync(join(fixtures, name, "expected.json"), "utf8")) as readonly Expected[];
}

export interface ForeignModel {
  /** The folder of its files among the fixtures. */
  readonly name: string;
  /** Its files in addition to `model.safetensors`. */
  readonly files: readonly string[];
  /** Declarations of modalities, and of the streams that are compared. */
  readonly declared: string;
  /** The expression that the task reads. */
  readonly from: string;
  /** The arguments of `init: from` behind the path. */
  readonly init: string;
}

/** Writes a specification that starts from a foreign model beside the files of that model and its examples. Returns the path of the specification. */
export async function foreignModel({ name, files, declared, from, init }: ForeignModel): Promise<string> {
  const root = await newFolder();
  for (const file of ["model.safetensors", ...files]) copyFileSync(join(fixtures, name, file), join(root, file));
  const rows = await Promise.all(
    expectedOf(name).map(async ({ texts = [], picture }, row) => {
      const photo = `photo-${row}.png`;
      const side = Math.sqrt((picture?.length ?? 0) / 3);
      const raw = { width: side, height: side, channels: 3 } as const;
      if (picture) await sharp(Uint8Array.from(picture), { raw }).png().toFile(join(root, photo));
      return { first: texts[0], second: texts[1], photo, kind: 0 };
    }),
  );
  writeFileSync(join(root, "rows.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const columns = [
    ...(declared.includes("modality words")
      ? [`words: ${declared.includes("segments: 2") ? '["first", "second"]' : '"first"'}`]
      : []),
    ...(declared.includes("modality photo") ? ['photo: "photo"'] : []),
  ];
  const entry = join(root, "model.mtl");
  writeFileSync(
    entry,
    `model foreign
${declared}
task kind { from: ${from}  head: linear(2)  target: category("kind", classes: 2) }
dataset rows { path: "rows.jsonl"  columns: { ${columns.join("  ")} }  split: { train: 100%, validation: 0%, test: 0% }  tasks: [kind] }
stage fit { init: from("model.safetensors", ${init})  optimizer: sgd(rate: 0)  batch: 2  steps: 1 }
`,
  );
  return entry;
}

/** Rewrites the weights beside a specification as another program writes them. */
export async function rewriteWeights(
  entry: string,
  change: (tensors: ReadonlyMap<string, StoredTensor>) => Iterable<readonly [string, StoredTensor]>,
): Promise<void> {
  const file = entry.replace(/model\.mtl$/, "model.safetensors");
  const { tensors } = await readSafetensors(file);
  await writeSafetensors(file, { tensors: new Map(change(tensors)), metadata: new Map() });
}
