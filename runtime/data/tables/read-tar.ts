import { parseJson } from "../cells/parse-json.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";
import { PieceReader } from "./piece-reader.ts";
import { Records } from "./records.ts";
import type { RowValues, TableSink, TableSource } from "./table.ts";
import { type TarMember, tarMembers } from "./tar-members.ts";

/** The column with the key of a sample, named as in WebDataset. */
const keyColumn = "__key__";

/**
 * The extensions of members that hold text. Members with any other extension are JSON or bytes, for example pictures.
 */
const texts: ReadonlySet<string> = new Set([
  "txt",
  "text",
  "transcript",
  "cls",
  "cls2",
  "class",
  "count",
  "index",
  "inx",
  "id",
]);
const jsons: ReadonlySet<string> = new Set(["json", "jsn"]);

/**
 * `folder/key.column`: the key ends before the first dot of the file's name, and everything after the dot is the
 * column.
 */
const memberName = /^((?:.*\/|)[^./]+)\.([^/]+)$/;
/** Matches members that describe the archive. */
const metaName = /__[^/]*__(?:$|\/)/;

/**
 * Reads a tar shard in the layout of WebDataset: consecutive members with the same key form a row, and the extension of
 * a member is its column. Rows are counted from 1.
 */
export async function readTar(source: TableSource, sink: TableSink): Promise<void> {
  const records = new Records(source, sink);
  let row = 0;
  let sample: { readonly key: string; readonly members: Map<string, Uint8Array> } | undefined;
  const add = (): Promise<void> | void => {
    if (sample === undefined) return undefined;
    const { key, members } = sample;
    row += 1;
    return records.add(row, () => valuesOf(key, members));
  };
  for await (const member of tarMembers(source, new PieceReader(source.pieces))) {
    const found = partsOf(member);
    if (found === undefined) continue;
    const { key, column } = found;
    // A column that occurs again begins a new row with the same key.
    if (sample?.key !== key || sample.members.has(column)) {
      await add();
      sample = { key, members: new Map() };
    }
    sample.members.set(column, member.bytes);
  }
  await add();
  records.end();
}

function partsOf({ name }: TarMember): { readonly key: string; readonly column: string } | undefined {
  if (metaName.test(name)) return undefined;
  const [, key, column] = memberName.exec(name.replace(/^\.\//, "")) ?? [];
  return key === undefined || column === undefined ? undefined : { key, column: column.toLowerCase() };
}

function valuesOf(key: string, members: ReadonlyMap<string, Uint8Array>): RowValues {
  return Object.fromEntries([
    [keyColumn, key],
    ...[...members].map(([column, bytes]) => [column, cellOf(column, bytes)] as const),
  ]);
}

function cellOf(column: string, bytes: Uint8Array): unknown {
  const kind = column.slice(column.lastIndexOf(".") + 1);
  if (texts.has(kind)) return textOf(column, bytes);
  if (!jsons.has(kind)) return bytes;
  try {
    return parseJson(textOf(column, bytes));
  } catch (cause) {
    throw cause instanceof SyntaxError ? new UnreadableValue("it is not JSON", column, { cause }) : cause;
  }
}

/** Decodes text without the end of its last line, as texts of files are read. */
function textOf(column: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes).replace(/\r?\n$/, "");
  } catch (cause) {
    throw new UnreadableValue("it is not UTF-8 text", column, { cause });
  }
}
