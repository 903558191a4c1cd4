import { RecordColumns, recordOf } from "./records.ts";
import type { TableSink, TableSource } from "./table.ts";

/** JSON Lines: an object a line. A line that is none is a bad row; empty lines are nothing. */
export async function readJsonLines({ file, text, valueColumn }: TableSource, sink: TableSink): Promise<void> {
  const columns = new RecordColumns();
  let row = 0;
  for await (const line of linesOf(text)) {
    row += 1;
    if (line.trim() === "") continue;
    const values = parsed(line);
    const record = recordOf(values, valueColumn);
    if (record) {
      columns.see(record);
      const waiting = sink.row(row, record);
      if (waiting) await waiting;
    } else sink.problem({ file, row, reason: values === undefined ? "it is not JSON" : "it is not a JSON object" });
  }
  columns.tell(sink);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

/** `node:readline` also breaks at U+2028, which JSON strings may hold. */
async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<string> {
  // Pieces of a line that has not ended: joined once, so that a long line costs no more than its length.
  let begun: string[] = [];
  for await (const piece of text) {
    const [first = "", ...others] = piece.split("\n");
    begun.push(first);
    for (const line of others) {
      yield begun.join("");
      begun = [line];
    }
  }
  yield begun.join("");
}
