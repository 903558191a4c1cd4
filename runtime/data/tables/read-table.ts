import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { extname } from "node:path";
import { UserError } from "../../user-error.ts";
import { readDelimited } from "./read-delimited.ts";
import { readJson } from "./read-json.ts";
import { readJsonLines } from "./read-json-lines.ts";
import type { Table, TableSource } from "./table.ts";

/** A new format is one entry here. */
const formats: { readonly [extension: string]: (source: TableSource) => Promise<Table> } = {
  ".csv": (source) => readDelimited(source, ","),
  ".tsv": (source) => readDelimited(source, "\t"),
  ".jsonl": readJsonLines,
  ".ndjson": readJsonLines,
  ".json": readJson,
};

export interface TableFile {
  /** Where it is. */
  readonly path: string;
  /** As the specification names it, for messages. */
  readonly name: string;
}

/** Reads a whole table, by the extension of its name. Throws `UserError` of kind "data" where no table can be had. */
export async function readTable({ path, name }: TableFile): Promise<Table> {
  const extension = extname(name).toLowerCase();
  const read = formats[extension];
  if (read === undefined) {
    throw new UserError("data", `${name} is of no format that can be read.`, `Give a file that ends in one of ${Object.keys(formats).join(", ")}.`);
  }
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || !found.isFile()) {
    throw new UserError("data", `${name} ${found === undefined ? "does not exist" : "is not a file"}.`, `It was looked for at ${path}; paths are relative to the specification.`);
  }
  const table = await read({ file: name, text: decoded(path, name) });
  if (table.rows.length === 0 && table.problems.length === 0) throw new UserError("data", `${name} has no rows.`, "Give a file with examples.");
  return table;
}

async function* decoded(path: string, name: string): AsyncGenerator<string> {
  // The decoder drops a byte-order mark and refuses what is not UTF-8, rather than training on replacement characters.
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for await (const bytes of createReadStream(path)) yield decoder.decode(bytes as Buffer, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (error instanceof TypeError) throw new UserError("data", `${name} is not UTF-8 text.`, "Save it as UTF-8.", { cause: error });
    throw error;
  }
}
