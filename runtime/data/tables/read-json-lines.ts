import type { DataProblem } from "../data.ts";
import { isRecord, tableOfRecords } from "./records.ts";
import type { Table, TableRow, TableSource } from "./table.ts";

/** JSON Lines: an object a line. A line that is none is a bad row; empty lines are nothing. */
export async function readJsonLines({ file, text }: TableSource): Promise<Table> {
  const rows: TableRow[] = [];
  const problems: DataProblem[] = [];
  let row = 0;
  for await (const line of linesOf(text)) {
    row += 1;
    if (line.trim() === "") continue;
    const values = parsed(line);
    if (isRecord(values)) rows.push({ row, values });
    else problems.push({ file, row, reason: values === undefined ? "it is not JSON" : "it is not a JSON object" });
  }
  return tableOfRecords(file, rows, problems);
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
  let rest = "";
  for await (const piece of text) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  yield rest;
}
