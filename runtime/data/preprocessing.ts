import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import { checkedJson, type JsonSchema } from "../checked-json.ts";
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
    // Whoever loads a document has checked it against the schema.
    const encoding = textEncoding(preprocessing.tokenizers[modality] as TokenizerDocument);
    made.set(modality, encoding);
    return encoding;
  };
}

/** Index of each class by its name. */
export function classIndices(preprocessing: Preprocessing, task: string): ReadonlyMap<string, number> {
  return new Map((preprocessing.classes[task] ?? []).map((name, index) => [name, index]));
}

/** The tokenizers that a specification needs. */
export function textModalities(specification: ResolvedSpecification): readonly string[] {
  return Object.entries(specification.modalities).flatMap(([name, { kind }]) => (kind === "text" ? [name] : []));
}
