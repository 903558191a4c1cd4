import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The expected number of rows of a large table's copy. */
const most = 300;

/**
 * Copies an example with some rows of each table of the data sets that it reads, so that a test trains on real rows
 * without evaluating all of them. Data sets that the copy has are kept. It returns the path of the copy.
 */
export function copyWithFewerRows(example: string, name: string, copy: string): string {
  const source = readFileSync(join(example, name), "utf8");
  mkdirSync(copy, { recursive: true });
  writeFileSync(join(copy, name), source);
  const sets = new Set([...source.matchAll(/"(data\/[^/"]+)\//gu)].map(([, set]) => set ?? ""));
  for (const set of sets) if (!existsSync(join(copy, set))) copyFolder(join(example, set), join(copy, set));
  return join(copy, name);
}

function copyFolder(folder: string, copy: string): void {
  for (const name of readdirSync(folder, { recursive: false }).map(String)) {
    const [from, to] = [join(folder, name), join(copy, name)];
    mkdirSync(dirname(to), { recursive: true });
    if (name.endsWith(".jsonl")) writeFileSync(to, someRows(readFileSync(from, "utf8")));
    else cpSync(from, to, { recursive: true });
  }
}

function someRows(table: string): string {
  const rows = table.split("\n").filter((row) => row !== "");
  return rows.filter((_, index) => isKept(index, most / rows.length)).join("\n");
}

/** Spreads the rows evenly over the table without a period, since neighbouring rows are often of one kind (multiplicative hashing). */
function isKept(index: number, share: number): boolean {
  return (Math.imul(index + 1, 0x9e3779b1) >>> 0) / 2 ** 32 < share;
}
