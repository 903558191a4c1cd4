import type { TextEncoding } from "../data/tokenizers/text-encoding.ts";
import { specialIds } from "../data/tokenizers/special-tokens.ts";
import { UserError } from "../user-error.ts";
import type { MayFollow } from "./next-tokens.ts";

/** The texts that begin in one way: the tokens that may follow, and the texts after each. */
interface Beginning {
  readonly next: Map<number, Beginning>;
  ends: boolean;
}

/**
 * Lets only tokens follow that lead to one of some texts.
 *
 * @throws UserError of kind `usage` if a text cannot be generated.
 */
export function textsAmong(
  texts: readonly string[],
  encoding: Pick<TextEncoding, "encode">,
  { modality, length }: { readonly modality: string; readonly length: number },
): MayFollow {
  if (texts.length === 0)
    throw new UserError(
      "usage",
      "No text may be generated: `among` is empty.",
      "Name the texts, or leave `among` out.",
    );
  const root: Beginning = { next: new Map(), ends: false };
  for (const text of texts) {
    const ids = encoding.encode(text);
    if (ids.length >= length)
      throw new UserError(
        "usage",
        `"${text}" has ${ids.length} tokens; ${modality} has room for ${length - 1} and the end.`,
        "Name a shorter text, or train with a larger `max_length`.",
      );
    if (ids.includes(specialIds.unknown))
      throw new UserError(
        "usage",
        `"${text}" has a part that the vocabulary of ${modality} lacks, so that it cannot be generated.`,
        "Name texts like those of the training rows.",
      );
    let at = root;
    for (const id of ids) {
      const next = at.next.get(id) ?? { next: new Map(), ends: false };
      at.next.set(id, next);
      at = next;
    }
    at.ends = true;
  }
  return (before) => {
    let at: Beginning | undefined = root;
    for (const id of before) at = at?.next.get(id);
    return (token) => (token === specialIds.separator ? at?.ends === true : at?.next.has(token) === true);
  };
}
