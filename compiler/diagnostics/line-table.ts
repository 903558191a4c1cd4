/** A position in a text as people and editors count it: both numbers start at 1, columns are UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface LineTable {
  readonly lineCount: number;
  /** Position of an offset. An offset past the end of the text has the position of the end. */
  positionAt(offset: number): Position;
  /** Text of a line, counted from 1, without its line break; "" if there is no such line. */
  lineText(line: number): string;
}

/** Lines end with LF, CRLF or CR. */
export function createLineTable(text: string): LineTable {
  const starts = [0];
  for (const lineBreak of text.matchAll(/\r\n|\n|\r/g)) starts.push(lineBreak.index + lineBreak[0].length);
  const startOf = (line: number): number => starts[line - 1] ?? text.length;

  return {
    lineCount: starts.length,
    positionAt(offset) {
      const place = Math.min(Math.max(offset, 0), text.length);
      let low = 1;
      let high = starts.length;
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if (startOf(middle) <= place) low = middle;
        else high = middle - 1;
      }
      return { line: low, column: place - startOf(low) + 1 };
    },
    lineText: (line) => text.slice(startOf(line), startOf(line + 1)).replace(/[\r\n]+$/, ""),
  };
}
