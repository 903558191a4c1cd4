import { readFile } from "node:fs/promises";

/** Reads the training rows and the test rows of a prepared table. */
export async function readParts<Row extends { readonly split: string }>(
  path: string,
): Promise<{ readonly train: readonly Row[]; readonly test: readonly Row[] }> {
  const rows = (await readFile(path, "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);
  return { train: rows.filter(({ split }) => split === "train"), test: rows.filter(({ split }) => split === "test") };
}
