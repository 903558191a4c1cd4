import { classCount } from "../../compiler/features.ts";
import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import { checkedJson, type JsonSchema } from "../checked-json.ts";
import { UserError } from "../user-error.ts";
import type { Preprocessing } from "./data.ts";
import { type TextEncoding, textEncoding } from "./tokenizers/text-encoding.ts";
import type { TokenizerDocument } from "./tokenizers/tokenizer-document.ts";

const tokenizerSchema: JsonSchema = {
  type: "object",
  required: ["added_tokens", "normalizer", "pre_tokenizer", "decoder", "model"],
  properties: {
    added_tokens: { type: "array", items: { type: "object", required: ["id", "content"], properties: { id: { type: "integer" }, content: { type: "string" } } } },
    normalizer: { type: ["object", "null"] },
    pre_tokenizer: { type: ["object", "null"] },
    decoder: { type: ["object", "null"] },
    model: {
      type: "object",
      required: ["type", "vocab"],
      properties: { type: { enum: ["BPE", "WordPiece"] }, vocab: { type: "object", additionalProperties: { type: "integer", minimum: 0 } } },
    },
  },
};

/** Of `preprocessing.json`, which a trained model carries. */
export const preprocessingSchema: JsonSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "What a model learnt about its data before training",
  type: "object",
  required: ["version", "tokenizers", "classes"],
  additionalProperties: false,
  properties: {
    version: { const: 1 },
    tokenizers: { type: "object", additionalProperties: tokenizerSchema },
    classes: { type: "object", additionalProperties: { type: "array", items: { type: "string" }, uniqueItems: true } },
  },
};

export const preprocessingFile = checkedJson<Preprocessing>(preprocessingSchema);

/** The text encodings of a model, each made when it is first asked for. */
export function textEncodings(preprocessing: Preprocessing): (modality: string) => TextEncoding {
  const made = new Map<string, TextEncoding>();
  return (modality) => {
    const known = made.get(modality);
    if (known !== undefined) return known;
    // `checkPreprocessing` has seen that it is there.
    const encoding = textEncoding(preprocessing.tokenizers[modality] as TokenizerDocument);
    made.set(modality, encoding);
    return encoding;
  };
}

/** Index of each class by its name. */
export function classIndices(preprocessing: Preprocessing, task: string): ReadonlyMap<string, number> {
  return new Map((preprocessing.classes[task] ?? []).map((name, index) => [name, index]));
}

/** Whether preprocessing that was made elsewhere fits a specification; a `UserError` says where it does not. */
export function checkPreprocessing({ modalities, tasks }: ResolvedSpecification, { tokenizers, classes }: Preprocessing): void {
  for (const [name, modality] of Object.entries(modalities)) {
    if (modality.kind !== "text") continue;
    // `preprocessingFile` has checked the shape of what it read.
    const document = tokenizers[name] as TokenizerDocument | undefined;
    if (document === undefined) throw unfit(`no tokenizer for modality "${name}"`);
    const ids = [...Object.values(document.model.vocab), ...document.added_tokens.map(({ id }) => id)];
    const highest = ids.reduce((most, id) => Math.max(most, id), 0);
    if (highest >= modality.tokenizer.size) throw unfit(`a tokenizer for modality "${name}" with ids up to ${highest}, where ${modality.tokenizer.size} are declared`);
  }
  for (const [name, { target }] of Object.entries(tasks)) {
    if (!("classes" in target)) continue;
    const [known, declared] = [classes[name]?.length, classCount(target)];
    if (known === undefined || known > declared) throw unfit(`${known ?? "no"} classes for task "${name}", where ${declared} are declared`);
  }
}

function unfit(what: string): UserError {
  return new UserError("data", `The model's preprocessing has ${what}.`, "Use the specification that it was trained with, or train again.");
}
