import { UserError } from "../../user-error.ts";
import { RecordColumns, recordOf } from "./records.ts";
import type { TableSink, TableSource } from "./table.ts";

/** One JSON list of objects. Its rows are counted by their place in the list. */
export async function readJson({ file, text, valueColumn }: TableSource, sink: TableSink): Promise<void> {
  const pieces: string[] = [];
  for await (const piece of text) pieces.push(piece);
  const list = parsed(file, pieces);
  if (!Array.isArray(list)) throw new UserError("data", `${file} is not a list of objects.`, "Write the examples as [{…}, {…}], or as JSON Lines.");
  const columns = new RecordColumns();
  for (const [index, values] of (list as readonly unknown[]).entries()) {
    const record = recordOf(values, valueColumn);
    if (record) {
      columns.see(record);
      const waiting = sink.row(index + 1, record);
      if (waiting) await waiting;
    } else sink.problem({ file, row: index + 1, reason: "it is not a JSON object" });
  }
  columns.tell(sink);
}

function parsed(file: string, pieces: readonly string[]): unknown {
  try {
    return JSON.parse(pieces.join("")) as unknown;
  } catch (error) {
    throw new UserError("data", `${file} is not JSON: ${(error as Error).message}`, "Repair the file; JSON Lines files end in .jsonl.", { cause: error });
  }
}
