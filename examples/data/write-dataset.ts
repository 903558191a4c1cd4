import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * Writes a folder of JSON Lines tables, and of files that are texts, whole or not at all. It keeps a folder that is up to date. `made` says what the tables are made of, with a number
 * that is raised whenever the same packages would give another table.
 */
export async function writeDataset(
  folder: string,
  made: readonly (string | number)[],
  tables: () => Promise<Readonly<Record<string, readonly object[] | string>>>,
): Promise<void> {
  const stamp = JSON.stringify(made);
  if ((await readFile(join(folder, "versions.json"), "utf8").catch(() => "")) === stamp) return;
  const partial = `${folder}.${process.pid}.partial`;
  await mkdir(partial, { recursive: true });
  for (const [name, content] of Object.entries(await tables())) {
    const text = typeof content === "string" ? content : content.map((row) => `${JSON.stringify(row)}\n`).join("");
    await mkdir(dirname(join(partial, name)), { recursive: true });
    await writeFile(join(partial, name), text);
  }
  await writeFile(join(partial, "versions.json"), stamp);
  await rm(folder, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true });
  await rename(partial, folder);
}
