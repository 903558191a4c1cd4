import type { Feature } from "../../../compiler/features/features.ts";
import type { ResolvedModality } from "../../../compiler/schema/resolved.ts";
import type { StoredData, StoredFeature } from "../columns/feature-store.ts";
import type { FileReferences } from "../files/file-references.ts";
import type { TextEncoding } from "../tokenizers/text-encoding.ts";

/** A cell as its file has it, or one for each segment of a text. */
export type FieldValue = unknown;

/** Where a value's features go: one array for each feature, of exactly its size. All zero before; NaN where values are standardised later. */
export type FeatureSlots = readonly StoredData[];

/** What reading needs besides the value. */
export interface ReadingContext {
  readonly references: FileReferences;
  /** How text becomes ids; known once the training split is. */
  readonly encodingOf: (modality: string) => TextEncoding;
  /** The categories of a table's columns, by column and name, each with its place; known once the training split is. */
  readonly categoriesOf: (modality: string) => ColumnCategories;
}

export type ColumnCategories = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** What decides the features of a value, besides the modality's options. */
export interface Decoding<Parsed> {
  /** To be changed whenever the same file would give other features: versions of the reader and of what it decodes with. */
  readonly version: string;
  /** All that the value is decoded from. Throws `UnreadableValue`. */
  content(parsed: Parsed, context: Pick<ReadingContext, "references">): AsyncIterable<Uint8Array>;
}

/**
 * Float32 features whose columns (the last axis) are standardised by the mean and deviation in the training split. The reader writes values as
 * they are, and nothing where there is none; a batch then has 0 there, which is the mean.
 */
export interface Standardised {
  readonly features: readonly string[];
  /** What values are kept as until then: a user's own numbers may differ where float32 tells no difference, computed ones do not. */
  readonly keptAs: "float32" | "float64";
}

/** The features of a reader as they are kept until a batch is made. */
export function storedFeatures({
  features,
  standardised,
}: Pick<FeatureReader, "features" | "standardised">): readonly StoredFeature[] {
  return features.map((feature) =>
    standardised?.features.includes(feature.name)
      ? { ...feature, dtype: standardised.keptAs, empty: Number.NaN }
      : feature,
  );
}

/** How the values of one modality become its features. Functions throw `UnreadableValue` for what cannot be read. */
export interface FeatureReader<Parsed = unknown> {
  /** Without `.present`. */
  readonly features: readonly Feature[];
  /** `fitted` readers can only encode once preprocessing is known. */
  readonly kind: "direct" | "fitted";
  readonly standardised?: Standardised;
  /** Of values that are decoded from files: they are decoded once and kept on disk, by the content of what they are decoded from. */
  readonly decoding?: Decoding<Parsed>;
  /** Whether a row lacks the modality. Empty text is a value, but says nothing where the modality is optional. */
  isMissing(value: FieldValue, presence: "required" | "optional"): boolean;
  /** A value whose kind is right. Equal strings are encoded once. */
  parse(value: FieldValue): Parsed;
  encode(parsed: Parsed, slots: FeatureSlots, context: ReadingContext): Promise<void> | void;
  /** How many tokens an encoded text has; of candidates, the longest. */
  readonly tokens?: (slots: FeatureSlots) => number;
}

export type ModalityOf<Kind extends ResolvedModality["kind"]> = Extract<ResolvedModality, { readonly kind: Kind }>;
