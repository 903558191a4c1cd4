import { UserError } from "../../user-error.ts";

/** Text of bytes that come in pieces, without a byte-order mark. What is not UTF-8 is refused, rather than training on replacement characters. */
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
