import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { expect, test } from "vitest";
import { sampleColumns } from "../../runtime/data/columns/sample-columns.ts";

const folder = mkdtempSync(join(tmpdir(), "mtl-columns-"));

async function columnsOf(name: string, content: string | Uint8Array): Promise<object> {
  const path = join(folder, name);
  writeFileSync(path, content);
  const columns = await sampleColumns(path);
  return Object.fromEntries(columns.map(({ name: column, values }) => [column, values.join(" ")]));
}

const parquet = new Uint8Array(
  parquetWriteBuffer({
    columnData: [
      { name: "label", data: ["fox", "owl", "fox"] },
      { name: "size", data: [3, 4, 5], type: "INT32" },
    ],
  }),
);
const lines = '{"label": "fox", "size": 3}\n{"label": "owl", "size": 4}\n{"label": "fox", "size": 5}\n';

test.each([
  ["CSV", "a.csv", "label,size\nfox,3\nowl,4\nfox,5\n"],
  ["CSV with semicolons", "b.csv", "label;size\nfox;3\nowl;4\nfox;5\n"],
  ["TSV", "a.tsv", "label\tsize\nfox\t3\nowl\t4\nfox\t5\n"],
  ["JSON Lines", "a.jsonl", lines],
  ["compressed JSON Lines", "a.jsonl.gz", gzipSync(lines)],
  ["JSON", "a.json", `[${lines.trim().replaceAll("\n", ",")}]`],
  ["Parquet", "a.parquet", parquet],
])("the columns of %s have their different values", async (_, name, content) => {
  expect(await columnsOf(name, content)).toEqual({ label: "fox owl", size: "3 4 5" });
});

test("a value is shown on one short line, and five of a column are enough", async () => {
  const rows = Array.from({ length: 30 }, (_, index) => `${index},"${"a\n".repeat(60)}"`);
  const columns = await columnsOf("long.csv", `id,text\n${rows.join("\n")}\n`);
  expect(columns).toMatchObject({ id: "0 1 2 3 4", text: expect.stringMatching(/^(?:a ){20}…$/u) });
});

test("a header without rows has columns, and what is no table has none", async () => {
  expect(await columnsOf("empty.csv", "label,size\n")).toEqual({ label: "", size: "" });
  expect(await columnsOf("broken.parquet", "no table")).toEqual({});
  expect(await columnsOf("notes.txt", "no table")).toEqual({});
  expect(await sampleColumns(join(folder, "missing.csv"))).toEqual([]);
});

test("only the beginning of a large file is read", async () => {
  const path = join(folder, "broken-later.jsonl");
  writeFileSync(path, `${lines.repeat(10)}${"x".repeat(300_000)}`);
  expect((await sampleColumns(path)).map(({ name }) => name)).toEqual(["label", "size"]);
});
