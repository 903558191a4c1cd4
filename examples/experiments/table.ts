import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../../runtime/host/package-root.ts";

export const pageFolder = join(packageRoot(), "examples", "experiments");

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Of a sample: divided by one less than there are; of one value alone, 0. */
export function deviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}

/** `54.2 ± 1.3`: mean and deviation over seeds. */
export function meanAndDeviation(values: readonly number[], digits = 1): string {
  return values.length < 2
    ? mean(values).toFixed(digits)
    : `${mean(values).toFixed(digits)} ± ${deviation(values).toFixed(digits)}`;
}

/** A table in Markdown. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(columns), line(columns.map(() => "---")), ...rows.map(line)].join("\n");
}

/** A page with other text between the marks of an experiment. */
export function withSection(page: string, experiment: string, text: string): string {
  const [begin, end] = [`<!-- ${experiment} -->`, `<!-- end of ${experiment} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`The README of the experiments has no place for "${experiment}": ${begin} … ${end}`);
  return `${page.slice(0, from + begin.length)}\n${text}\n${page.slice(to)}`;
}

/** Replaces what stands between the marks of an experiment in the README of the experiments. */
export async function writeSection(experiment: string, text: string): Promise<void> {
  const path = join(pageFolder, "README.md");
  await writeFile(path, withSection(await readFile(path, "utf8"), experiment, text));
}
