import { UserError } from "../../user-error.ts";
import type { TableSource } from "./table.ts";

/**
 * Throws `UserError` if a part of a table, which must be read at once, exceeds the memory of its data set. `part` names
 * it, such as `one group of rows`.
 */
export function checkPart(
  { file, partBytes = Infinity }: Pick<TableSource, "file" | "partBytes">,
  part: string,
  bytes: number,
): void {
  if (bytes <= partBytes) return;
  throw new UserError(
    "data",
    `${file} has ${bytes} bytes in ${part}, which is read at once; the \`memory\` of its data set leaves ${partBytes} for that.`,
    "Write it in smaller parts, or declare four times as much memory as a part takes: row_group_size in Parquet, record batches in Arrow, JSON Lines instead of a JSON list.",
  );
}
