import { type Delimiter, delimiters } from "./table.ts";

/** The number of characters of a header that are searched. */
const mostCharacters = 2 ** 20;

export interface SniffedText {
  readonly delimiter: Delimiter;
  /** The whole text, including the part that was searched. */
  readonly text: AsyncIterable<string>;
}

/**
 * Detects the delimiter of a table from its first line: `usual` if that occurs in it or no other does, else the most
 * frequent of the others. Quoted cells are ignored.
 */
export async function sniffDelimiter(text: AsyncIterable<string>, usual: Delimiter): Promise<SniffedText> {
  const pieces = text[Symbol.asyncIterator]();
  let head = "";
  let isEnd = false;
  while (!isEnd && head.length < mostCharacters && !/[\n\r]/.test(withoutQuoted(head))) {
    const piece = await pieces.next();
    isEnd = piece.done === true;
    if (piece.done !== true) head += piece.value;
  }
  const [line = ""] = withoutQuoted(head)
    .trimStart()
    .split(/[\n\r]/);
  const countOf = (delimiter: Delimiter): number => line.split(delimiters[delimiter]).length - 1;
  const [most = usual] = (Object.keys(delimiters) as Delimiter[]).sort((left, right) => countOf(right) - countOf(left));
  return { delimiter: countOf(usual) > 0 || countOf(most) === 0 ? usual : most, text: withHead(head, pieces) };
}

async function* withHead(head: string, pieces: AsyncIterator<string>): AsyncGenerator<string> {
  if (head !== "") yield head;
  for (let piece = await pieces.next(); piece.done !== true; piece = await pieces.next()) yield piece.value;
}

function withoutQuoted(text: string): string {
  return text.replaceAll(/"[^"]*(?:"|$)/g, "");
}
