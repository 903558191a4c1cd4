import { UserError } from "../../user-error.ts";
import { beyondLimit, limitOf } from "../limits.ts";
import { exactJson } from "../cells/exact-json.ts";
import { shallow } from "../cells/parse-json.ts";
import { checkPart } from "./part-limit.ts";
import { Records } from "./records.ts";
import type { TableSink, TableSource } from "./table.ts";

/** Reads one JSON list of objects. A row's number is its position in the list, from 1. */
export async function readJson(source: TableSource, sink: TableSink): Promise<void> {
  const { file, text } = source;
  const pieces: string[] = [];
  let length = 0;
  for await (const piece of text) {
    pieces.push(piece);
    length += piece.length;
    if (length > limitOf("line"))
      throw new UserError(
        "data",
        `${file} has ${beyondLimit("line", "characters")}.`,
        "Write it as JSON Lines, with one object per line, which is read line by line.",
      );
  }
  checkPart(source, "one list", length);
  const list = parsed(file, pieces);
  if (!Array.isArray(list))
    throw new UserError(
      "data",
      `${file} is not a list of objects.`,
      "Write the examples as [{…}, {…}], or as JSON Lines.",
    );
  const records = new Records(source, sink);
  for (const [index, values] of (list as readonly unknown[]).entries()) {
    const waiting = records.add(index + 1, () => shallow(values));
    if (waiting) await waiting;
  }
  records.end();
}

function parsed(file: string, pieces: readonly string[]): unknown {
  try {
    return exactJson(pieces.join(""));
  } catch (error) {
    throw new UserError(
      "data",
      `${file} is not JSON: ${(error as Error).message}`,
      "Repair the file; JSON Lines files end in .jsonl.",
      { cause: error },
    );
  }
}
