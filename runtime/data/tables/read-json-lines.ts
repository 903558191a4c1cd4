import { UserError } from "../../user-error.ts";
import { beyondLimit, limitOf } from "../limits.ts";
import { parseJson } from "../cells/parse-json.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";
import { Records } from "./records.ts";
import type { TableSink, TableSource } from "./table.ts";

/** Reads JSON Lines, one object per line. A line that is not an object is a bad row; empty lines are ignored. */
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

/** A carriage return ends a line, with or without a line feed after it, since no JSON string contains one. */
function withoutReturns(stretch: string): readonly string[] {
  if (!stretch.includes("\r")) return [stretch];
  return (stretch.endsWith("\r") ? stretch.slice(0, -1) : stretch).split("\r");
}

/** Splits text into lines. `node:readline` would also split at U+2028, which JSON strings may contain. */
async function* linesOf(text: AsyncIterable<string>, tooLong: () => UserError): AsyncGenerator<string> {
  const most = limitOf("line");
  // The pieces of an unfinished line are joined once, so that the time for a long line is linear in its length.
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
