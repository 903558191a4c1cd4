import { writeFile } from "../host/files.ts";
import { join } from "../host/paths.ts";
import type { Preprocessing } from "../data/data.ts";
import { withoutSpecialTokens } from "../data/tokenizers/text-encoding.ts";
import type { Component, TokenizerDocument } from "../data/tokenizers/tokenizer-document.ts";

/** The file of the tokenizer of each text modality: `tokenizer.json`, or `tokenizer-MODALITY.json` if there are several. */
export function tokenizerFiles({ tokenizers }: Preprocessing): { readonly [modality: string]: string } {
  const names = Object.keys(tokenizers);
  return Object.fromEntries(
    names.map((name) => [name, names.length === 1 ? "tokenizer.json" : `tokenizer-${name}.json`]),
  );
}

/**
 * JavaScript makes ς of Σ at the end of a word (Unicode 3.13, `Final_Sigma`), and Hugging Face's normalizers fold letter by letter. This makes it first,
 * with at most two marks between Σ and the letter before it, because the length of what an expression looks back at is limited.
 */
const finalSigma: Component = {
  type: "Replace",
  pattern: {
    Regex: String.raw`(?<=\p{Cased}|\p{Cased}\p{Case_Ignorable}|\p{Cased}\p{Case_Ignorable}\p{Case_Ignorable})Σ(?!\p{Case_Ignorable}*\p{Cased})`,
  },
  content: "ς",
};

function foldingAsHere(normalizer: Component | null): Component | null {
  if (normalizer === null) return null;
  const { type } = normalizer;
  if (type === "Sequence")
    return { ...normalizer, normalizers: (normalizer["normalizers"] as readonly Component[]).map(foldingAsHere) };
  const folds = type === "Lowercase" || (type === "BertNormalizer" && normalizer["lowercase"] !== false);
  return folds ? { type: "Sequence", normalizers: [finalSigma, normalizer] } : normalizer;
}

/** The `tokenizer.json` of a text modality for other programs. */
export function tokenizerFile(document: TokenizerDocument): TokenizerDocument {
  return { ...withoutSpecialTokens(document), normalizer: foldingAsHere(document.normalizer) };
}

/**
 * Writes the tokenizers as files that Hugging Face's `tokenizers` reads, whose `encode(text).ids` are the ids of one segment before it is cut and
 * padded. The special tokens are in the vocabulary and not among the added tokens, because a text that contains `[MASK]` is encoded like any other text.
 */
export async function writeTokenizers(folder: string, preprocessing: Preprocessing): Promise<void> {
  for (const [modality, file] of Object.entries(tokenizerFiles(preprocessing))) {
    // `checkPreprocessing` has checked the documents.
    const document = preprocessing.tokenizers[modality] as TokenizerDocument;
    await writeFile(join(folder, file), `${JSON.stringify(tokenizerFile(document))}\n`);
  }
}
