import { UserError } from "../../user-error.ts";
import type { DataProblem } from "../data.ts";
import { isRecord, tableOfRecords } from "./records.ts";
import type { Table, TableRow, TableSource } from "./table.ts";

/** One JSON list of objects. Its rows are counted by their place in the list. */
export async function readJson({ file, text }: TableSource): Promise<Table> {
  let whole = "";
  for await (const piece of text) whole += piece;
  const list = parsed(file, whole);
  if (!Array.isArray(list)) throw new UserError("data", `${file} is not a list of objects.`, "Write the examples as [{…}, {…}], or as JSON Lines.");
  const rows: TableRow[] = [];
  const problems: DataProblem[] = [];
  for (const [index, values] of (list as readonly unknown[]).entries()) {
    if (isRecord(values)) rows.push({ row: index + 1, values });
    else problems.push({ file, row: index + 1, reason: "it is not a JSON object" });
  }
  return tableOfRecords(file, rows, problems);
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new UserError("data", `${file} is not JSON: ${(error as Error).message}`, "Repair the file; JSON Lines files end in .jsonl.", { cause: error });
  }
}
