import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../../compiler/host.ts";

export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** A table in Markdown. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(columns), line(columns.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Replaces what stands between the marks of an experiment in the README of the experiments. */
export async function writeTable(experiment: string, text: string): Promise<void> {
  const path = join(packageRoot(), "examples", "experiments", "README.md");
  const page = await readFile(path, "utf8");
  const [begin, end] = [`<!-- ${experiment} -->`, `<!-- end of ${experiment} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${path} has no place for "${experiment}"`);
  await writeFile(path, `${page.slice(0, from + begin.length)}\n${text}\n${page.slice(to)}`);
}
