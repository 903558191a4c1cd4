import { existsSync } from "../host/files.ts";
import { basename, dirname, join } from "../host/paths.ts";
import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import type { Preprocessing } from "../data/data.ts";
import { referencesWithin } from "../data/files/file-references.ts";
import { originalTokens } from "../data/tokenizers/original-tokens.ts";
import { largestVocabulary, withIds } from "../data/tokenizers/read-vocabulary.ts";
import { readRegular, reasonOf } from "../files/regular-file.ts";
import { UserError } from "../user-error.ts";
import { type LabelSource, type Naming, namesOfModality } from "./axis-labels.ts";
import type { SourceFolders, WeightSource } from "./find-source.ts";

/** The names of rows in a safetensors file, as far as they are known. */
export interface SourceNames {
  readonly names: Naming;
  /** The vocabulary file of a modality from which the names come. */
  readonly vocabulary: ReadonlyMap<string, string>;
}

async function tokensOf(name: string, find: () => Promise<string>): Promise<readonly string[]> {
  try {
    const path = withIds(await find());
    return originalTokens((await readRegular(path, largestVocabulary)).toString("utf8"), path);
  } catch (cause) {
    throw new UserError(
      "data",
      `The vocabulary ${name}, which says which row of the weights is which token, cannot be read: ${reasonOf(cause)}.`,
      "Repair it, or remove it and leave the table out with `take`.",
      { cause },
    );
  }
}

const besides = ["tokenizer.json", "vocab.txt", "vocab.json"] as const;

/**
 * Finds the token of each row of an embedding table, which a bare safetensors file does not contain. A `tokenizer.json`,
 * `vocab.txt` or `vocab.json` in the folder of the weights has it, by its ids; without one, the vocabulary file that the
 * specification reads. Ids of bytes are always the same.
 */
export async function sourceNames(
  { modalities }: ResolvedSpecification,
  here: () => Promise<Preprocessing>,
  { files }: WeightSource,
  { root }: SourceFolders,
): Promise<SourceNames> {
  const names = new Map<string, readonly string[]>();
  const vocabulary = new Map<string, string>();
  for (const [modality, declared] of Object.entries(modalities)) {
    if (declared.kind === "table" && Object.keys(declared.categorical ?? {}).length === 0)
      names.set(modality, namesOfModality(await here(), modality, declared) ?? []);
    if (declared.kind !== "text") continue;
    const { tokenizer } = declared;
    if (tokenizer.kind === "bytes") {
      names.set(modality, namesOfModality(await here(), modality, declared) ?? []);
      continue;
    }
    const own = "file" in tokenizer ? tokenizer.file : undefined;
    const found = await vocabularyFile(own, dirname(files[0] ?? ""), root);
    if (!found) continue;
    names.set(modality, await tokensOf(found.name, found.find));
    vocabulary.set(modality, found.name);
  }
  return { names: ({ kind, name }: LabelSource) => (kind === "modality" ? names.get(name) : undefined), vocabulary };
}

interface VocabularyFile {
  /** The name in messages. */
  readonly name: string;
  readonly find: () => Promise<string>;
}

/**
 * The vocabulary with which weights were trained: that of the specification if it is in the folder of the weights, then another one in that folder,
 * then that of the specification.
 */
async function vocabularyFile(
  own: string | undefined,
  folder: string,
  root: string,
): Promise<VocabularyFile | undefined> {
  const ofSpecification =
    own === undefined ? undefined : { name: own, find: () => referencesWithin([root], [root])(own) };
  const path = await ofSpecification?.find().catch(() => undefined);
  if (path !== undefined && dirname(path) === folder) return ofSpecification;
  const beside = besides.map((name) => join(folder, name)).find((each) => existsSync(each));
  return beside === undefined ? ofSpecification : { name: basename(beside), find: async () => beside };
}
