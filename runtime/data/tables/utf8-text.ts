import { UserError } from "../../user-error.ts";

/**
 * Decodes bytes that arrive in pieces, without a byte-order mark. Throws `UserError` if they are not UTF-8, because
 * training on replacement characters would go unnoticed.
 */
export async function* utf8Text(pieces: AsyncIterable<Uint8Array | string>, name: string): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for await (const piece of pieces) yield typeof piece === "string" ? piece : decoder.decode(piece, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (error instanceof TypeError)
      throw new UserError("data", `${name} is not UTF-8 text.`, "Save it as UTF-8.", { cause: error });
    throw error;
  }
}
