import { counted } from "../../../compiler/counted.ts";
import type { ResolvedTokenizer } from "../../../compiler/schema/resolved.ts";
import { UserError } from "../../user-error.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";
import type { ModalityOf } from "../features/feature-reader.ts";
import { learnBpe } from "./learn-bpe.ts";
import { bytesDocument } from "./bytes-document.ts";
import type { CountingLimit } from "./count-words.ts";
import type { LearnOptions } from "./learn-options.ts";
import { learnCharacters } from "./learn-characters.ts";
import { learnWords } from "./learn-words.ts";
import { learnWordPiece } from "./learn-word-piece.ts";
import { readVocabulary } from "./read-vocabulary.ts";
import type { TokenizerDocument, TokenizerModel } from "./tokenizer-document.ts";

interface TokenizerKind {
  readonly learn: (texts: Iterable<string>, options: LearnOptions) => TokenizerDocument;
  /** The model that a vocabulary file for this kind must have. */
  readonly model: TokenizerModel["type"];
}

const kinds: { readonly [Kind in ResolvedTokenizer["kind"]]: TokenizerKind } = {
  bpe: { learn: learnBpe, model: "BPE" },
  word_piece: { learn: learnWordPiece, model: "WordPiece" },
  bytes: { learn: bytesDocument, model: "BPE" },
  characters: { learn: learnCharacters, model: "BPE" },
  words: { learn: learnWords, model: "WordPiece" },
};

export interface TokenizerSource {
  readonly modality: string;
  /** The texts of the training split. */
  readonly texts: Iterable<string>;
  /** The limit on memory, if the texts may exceed it. */
  readonly limit?: CountingLimit | undefined;
  /** Resolves the names of files in the specification to paths. */
  readonly resolve: (file: string) => Promise<string>;
}

/**
 * The tokenizer of a text modality: read from its file if it names one, else learnt. It is never larger than declared.
 */
export async function fitTokenizer(
  { tokenizer, lowercase }: ModalityOf<"text">,
  { modality, texts, limit, resolve }: TokenizerSource,
): Promise<TokenizerDocument> {
  const { learn, model } = kinds[tokenizer.kind];
  const file = "file" in tokenizer ? tokenizer.file : undefined;
  if (file === undefined) return learn(texts, { size: tokenizer.size, lowercase, limit });
  const path = await resolve(file).catch((error: unknown) => {
    throw error instanceof UnreadableValue
      ? new UserError(
          "data",
          `The vocabulary of "${modality}": ${error.message}.`,
          "Its path is relative to the specification.",
          { cause: error },
        )
      : error;
  });
  const document = await readVocabulary({ path, name: file, model, lowercase });
  const size = Object.keys(document.model.vocab).length;
  if (size > tokenizer.size) {
    throw new UserError(
      "data",
      `The vocabulary ${file} of "${modality}" has ${counted(size, "token")}, special ones included; ${tokenizer.size} are declared.`,
      `Write ${tokenizer.kind}(${size}, file: "${file}").`,
    );
  }
  return document;
}
