import type { Feature } from "../../../compiler/features/features.ts";
import type { ResolvedModality } from "../../../compiler/schema/resolved.ts";
import type { StoredData, StoredFeature } from "../columns/feature-store.ts";
import type { FileReferences } from "../files/file-references.ts";
import type { TextEncoding } from "../tokenizers/text-encoding.ts";

/** A cell as its file has it, or a list of cells, one for each segment of a text. */
export type FieldValue = unknown;

/**
 * The arrays to encode a value into: one for each feature, of exactly its size. They are 0 before, and NaN where values
 * are standardised later.
 */
export type FeatureSlots = readonly StoredData[];

/** The context that reading needs in addition to the value. */
export interface ReadingContext {
  readonly references: FileReferences;
  /** The encoding from text to ids; known once the preprocessing of the training split is. */
  readonly encodingOf: (modality: string) => TextEncoding;
  /** The id of each category by column and name, for tables; known once the preprocessing of the training split is. */
  readonly categoriesOf: (modality: string) => ColumnCategories;
}

export type ColumnCategories = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** The facts that determine the features of a value, in addition to the modality's options. */
export interface Decoding<Parsed> {
  /**
   * Versions of the reader and of the library that it decodes with. To be changed whenever the same file would give
   * other features.
   */
  readonly version: string;
  /** The contents of all files that the value is decoded from. Throws `UnreadableValue`. */
  content(parsed: Parsed, context: Pick<ReadingContext, "references">): AsyncIterable<Uint8Array>;
}

/**
 * Float32 features whose columns (the last axis) are standardised by the mean and deviation in the training split. The
 * reader writes values as they are, and leaves NaN where there is none; a batch then has 0 there, which is the mean.
 */
export interface Standardised {
  readonly features: readonly string[];
  /**
   * The type in which values are kept until then. A user's own numbers may differ by less than float32 can represent;
   * computed ones need no more than float32.
   */
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

/**
 * Turns the values of one modality into its features. Functions throw `UnreadableValue` for values that cannot be read.
 */
export interface FeatureReader<Parsed = unknown> {
  /** All features of the modality except `.present`. */
  readonly features: readonly Feature[];
  /** `fitted` readers can only encode once preprocessing is known. */
  readonly kind: "direct" | "fitted";
  readonly standardised?: Standardised;
  /**
   * Set if values are decoded from files. They are then decoded once, and cached on disk by the hash of their content.
   */
  readonly decoding?: Decoding<Parsed>;
  /** Tells if a row lacks the modality. Empty text is a value, but counts as missing where the modality is optional. */
  isMissing(value: FieldValue, presence: "required" | "optional"): boolean;
  /** Checks a value's type and converts it. Equal strings are encoded once. */
  parse(value: FieldValue): Parsed;
  encode(parsed: Parsed, slots: FeatureSlots, context: ReadingContext): Promise<void> | void;
  /** The number of tokens of an encoded text; with candidates, that of the longest one. */
  readonly tokens?: (slots: FeatureSlots) => number;
}

export type ModalityOf<Kind extends ResolvedModality["kind"]> = Extract<ResolvedModality, { readonly kind: Kind }>;
