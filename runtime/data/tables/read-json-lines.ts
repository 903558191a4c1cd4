import { UserError } from "../../user-error.ts";
import { beyondLimit, limitOf } from "../limits.ts";
import { parseJson } from "../cells/parse-json.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";
import { Records } from "./records.ts";
import type { TableSink, TableSource } from "./table.ts";

/** JSON Lines: an object a line. A line that is none is a bad row; empty lines are nothing. */
export async function readJsonLines(source: TableSource, sink: TableSink): Promise<void> {
  const { file, text } = source;
  const records = new Records(source, sink);
  let row = 0;
  const tooLong = (): UserError =>
    new UserError(
      "data",
      `${file}:${row + 1}: the line has ${beyondLimit("line", "characters")}.`,
      "JSON Lines has one object per line; use the ending .json for a list of objects.",
    );
  for await (const stretch of linesOf(text, tooLong)) {
    for (const line of withoutReturns(stretch)) {
      row += 1;
      if (line.trim() === "") continue;
      const waiting = records.add(row, () => parsed(line));
      if (waiting) await waiting;
    }
  }
  records.end();
}

function parsed(line: string): unknown {
  try {
    return parseJson(line);
  } catch (cause) {
    throw cause instanceof SyntaxError ? new UnreadableValue("it is not JSON", undefined, { cause }) : cause;
  }
}

/** A carriage return, which no JSON string holds, ends a line alone as well as before a line feed. */
function withoutReturns(stretch: string): readonly string[] {
  if (!stretch.includes("\r")) return [stretch];
  return (stretch.endsWith("\r") ? stretch.slice(0, -1) : stretch).split("\r");
}

/** `node:readline` also breaks at U+2028, which JSON strings may hold. */
async function* linesOf(text: AsyncIterable<string>, tooLong: () => UserError): AsyncGenerator<string> {
  const most = limitOf("line");
  // Pieces of a line that has not ended: joined once, so that a long line costs no more than its length.
  let begun: string[] = [];
  let length = 0;
  for await (const piece of text) {
    const [first = "", ...others] = piece.split("\n");
    begun.push(first);
    length += first.length;
    if (length > most) throw tooLong();
    for (const line of others) {
      yield begun.join("");
      begun = [line];
      length = line.length;
    }
  }
  yield begun.join("");
}
