import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../../runtime/host/package-root.ts";

export const pageFolder = join(packageRoot(), "examples", "experiments");

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The sample standard deviation, which divides by the number of values minus one. It is 0 for a single value. */
export function deviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}

/** Formats the mean and the standard deviation over seeds as `54.2 ± 1.3`. */
export function meanAndDeviation(values: readonly number[], digits = 1): string {
  return values.length < 2
    ? mean(values).toFixed(digits)
    : `${mean(values).toFixed(digits)} ± ${deviation(values).toFixed(digits)}`;
}

/** Says what the numbers of `meanAndDeviation` are. */
export const ofSeeds = (seeds: number): string =>
  seeds === 1 ? "one seed" : `mean ± standard deviation of ${seeds} seeds`;

/** Formats a table in Markdown. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(columns), line(columns.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Replaces the text between the marks of an experiment in a page. */
export function withSection(page: string, experiment: string, text: string): string {
  const [begin, end] = [`<!-- ${experiment} -->`, `<!-- end of ${experiment} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`The README of the experiments has no section for "${experiment}" between ${begin} and ${end}`);
  return `${page.slice(0, from + begin.length)}\n${text}\n${page.slice(to)}`;
}

/** Replaces the text between the marks of an experiment in the README of the experiments. */
export async function writeSection(experiment: string, text: string): Promise<void> {
  const path = join(pageFolder, "README.md");
  await writeFile(path, withSection(await readFile(path, "utf8"), experiment, text));
}
