import type { ResolvedSpecification } from "../../../compiler/schema/resolved.ts";
import { targetOf } from "../../../compiler/targets/index.ts";
import { taskTarget } from "../../../compiler/targets/task-target.ts";
import type { JsonSchema } from "../../../compiler/schema/schema-parts.ts";
import { sealedJson, sealedSchema } from "../../files/sealed-json.ts";
import { UserError } from "../../user-error.ts";
import { featureReaders } from "../batch/batch-features.ts";
import type { Preprocessing } from "../data.ts";
import type { ModalityOf, ReadingContext } from "../features/feature-reader.ts";
import { checkTokenizerDocument } from "../tokenizers/check-document.ts";
import { type TextEncoding, textEncoding } from "../tokenizers/text-encoding.ts";
import type { TokenizerDocument } from "../tokenizers/tokenizer-document.ts";

const tokenizerSchema: JsonSchema = {
  type: "object",
  required: ["added_tokens", "normalizer", "pre_tokenizer", "decoder", "model"],
  properties: {
    added_tokens: {
      type: "array",
      items: {
        type: "object",
        required: ["id", "content"],
        properties: { id: { type: "integer" }, content: { type: "string" } },
      },
    },
    normalizer: { type: ["object", "null"] },
    pre_tokenizer: { type: ["object", "null"] },
    decoder: { type: ["object", "null"] },
    model: {
      type: "object",
      required: ["type", "vocab"],
      properties: {
        type: { enum: ["BPE", "WordPiece"] },
        vocab: { type: "object", additionalProperties: { type: "integer", minimum: 0 } },
      },
    },
  },
};

const numbersSchema: JsonSchema = { type: "array", items: { type: "number" } };
const statisticsSchema: JsonSchema = {
  type: "object",
  required: ["means", "deviations"],
  additionalProperties: false,
  properties: { means: numbersSchema, deviations: numbersSchema },
};

/** The schema of `preprocessing.json`, which a trained model carries. */
export const preprocessingSchema: JsonSchema = sealedSchema({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Statistics and vocabularies that a model learnt from its data before training",
  type: "object",
  required: ["version", "tokenizers", "classes"],
  additionalProperties: false,
  properties: {
    version: { const: 1 },
    tokenizers: { type: "object", additionalProperties: tokenizerSchema },
    classes: { type: "object", additionalProperties: { type: "array", items: { type: "string" }, uniqueItems: true } },
    categories: {
      type: "object",
      additionalProperties: {
        type: "object",
        additionalProperties: { type: "array", items: { type: "string" }, uniqueItems: true },
      },
    },
    statistics: { type: "object", additionalProperties: statisticsSchema },
  },
});

export const preprocessingFile = sealedJson<Preprocessing>(preprocessingSchema);

/** Preprocessing with more statistics; the key stays absent if there are none. */
export function withStatistics(
  preprocessing: Preprocessing,
  ...more: readonly Pick<Preprocessing, "statistics">[]
): Preprocessing {
  const statistics = Object.assign({}, preprocessing.statistics, ...more.map((each) => each.statistics)) as NonNullable<
    Preprocessing["statistics"]
  >;
  return Object.keys(statistics).length > 0 ? { ...preprocessing, statistics } : preprocessing;
}

/** The part of preprocessing that readers need. */
export type Fitted = Pick<ReadingContext, "encodingOf" | "categoriesOf">;

export function fittedBy(preprocessing: Preprocessing): Fitted {
  return { encodingOf: textEncodings(preprocessing), categoriesOf: tableCategories(preprocessing) };
}

function tableCategories({ categories = {} }: Preprocessing): Fitted["categoriesOf"] {
  const places = (names: readonly string[]): ReadonlyMap<string, number> =>
    new Map(names.map((name, place) => [name, place]));
  const tables = new Map(
    Object.entries(categories).map(([modality, columns]) => [
      modality,
      new Map(Object.entries(columns).map(([column, names]) => [column, places(names)])),
    ]),
  );
  return (modality) => tables.get(modality) ?? new Map();
}

/** The text encodings of a model, each created on first access. */
function textEncodings(preprocessing: Preprocessing): (modality: string) => TextEncoding {
  const made = new Map<string, TextEncoding>();
  return (modality) => {
    const known = made.get(modality);
    if (known !== undefined) return known;
    // `checkPreprocessing` has checked that the tokenizer exists.
    const encoding = textEncoding(preprocessing.tokenizers[modality] as TokenizerDocument);
    made.set(modality, encoding);
    return encoding;
  };
}

/** The index of each class by its name. */
export function classIndices(preprocessing: Preprocessing, task: string): ReadonlyMap<string, number> {
  return new Map((preprocessing.classes[task] ?? []).map((name, index) => [name, index]));
}

/** Checks that preprocessing fits a specification. Throws a `UserError` that says where it does not. */
export function checkPreprocessing(specification: ResolvedSpecification, preprocessing: Preprocessing): void {
  const { modalities, tasks } = specification;
  const { tokenizers, classes } = preprocessing;
  checkStatistics(specification, preprocessing);
  for (const [name, modality] of Object.entries(modalities)) {
    if (modality.kind === "table") checkCategories(name, modality, preprocessing);
    if (modality.kind !== "text") continue;
    // `preprocessingFile` has checked the shape of what it read.
    const document = tokenizers[name] as TokenizerDocument | undefined;
    if (document === undefined) throw unfit(`no tokenizer for modality "${name}"`);
    checkTokenizerDocument(document, `The tokenizer of "${name}"`);
    const ids = [...Object.values(document.model.vocab), ...document.added_tokens.map(({ id }) => id)];
    const highest = ids.reduce((most, id) => Math.max(most, id), 0);
    if (highest >= modality.tokenizer.size)
      throw unfit(
        `a tokenizer for modality "${name}" with ids up to ${highest}, where ${modality.tokenizer.size} are declared`,
      );
  }
  for (const [name, { target }] of Object.entries(tasks)) {
    const declared = targetOf(target).classes?.count;
    if (declared === undefined) continue;
    const known = classes[name]?.length;
    if (known === undefined || known > declared)
      throw unfit(`${known ?? "no"} classes for task "${name}", where ${declared} are declared`);
  }
}

function checkCategories(
  name: string,
  { categorical = [] }: ModalityOf<"table">,
  { categories = {} }: Preprocessing,
): void {
  for (const [column, most] of categorical) {
    const known = categories[name]?.[column]?.length;
    if (known === undefined || known > most)
      throw unfit(`${known ?? "no"} categories for column "${column}" of "${name}", where ${most} are declared`);
  }
}

function checkStatistics(specification: ResolvedSpecification, { statistics = {} }: Preprocessing): void {
  for (const { features, standardised } of featureReaders(specification).values()) {
    for (const { name, shape } of features.filter((feature) => standardised?.features.includes(feature.name))) {
      const [known, declared] = [statistics[name], shape.at(-1)];
      if (known?.means.length !== declared || known?.deviations.length !== declared)
        throw unfit(
          `statistics of ${known?.means.length ?? "no"} columns for "${name}", where ${declared} are declared`,
        );
    }
  }
  for (const task of Object.values(specification.tasks)) {
    const { target, features } = taskTarget(task, specification);
    if (!target.numbers?.standardised) continue;
    for (const { name, shape } of features) {
      const [known, width] = [statistics[name], shape[0] ?? 1];
      if (known?.means.length !== width || known.deviations.length !== width)
        throw unfit(`no mean and deviation of the numbers of task "${task.name}", which are standardised`);
    }
  }
}

function unfit(what: string): UserError {
  return new UserError(
    "data",
    `The model's preprocessing.json has ${what}.`,
    "Use the specification that it was trained with, or train again.",
  );
}
