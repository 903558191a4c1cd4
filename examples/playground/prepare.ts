import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stdout } from "node:process";
import { zipSync } from "fflate";
import { createMemoryHost } from "../../compiler/host.ts";
import { compileProgram } from "../../compiler/program.ts";
import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import { datasets } from "../data/datasets.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import type { DataIndex, IndexedExample } from "../../playground/data/data-index.ts";
import { dataBudget } from "../../playground/build/downloads.ts";
import { nameOf, type PageExample, pageExamples } from "./page-examples.ts";
import { type PageFiles, pageFiles, tablesOf } from "./page-files.ts";
import { pageSpecification } from "./page-specification.ts";
import { sources } from "./sources.ts";

// `npm run playground:data` writes the examples of the page with their data to playground/public/data. It prepares the whole data sets in examples/data where they are missing.

const examples = join(packageRoot(), "examples");
const folder = join(packageRoot(), "playground/public/data");

/** The same archive for the same files. */
const archiveOptions = { level: 9, mtime: "1980-01-01T00:00:00" } as const;

async function prepared(example: PageExample): Promise<IndexedExample> {
  const { specification: file, title, description } = example;
  const name = nameOf(example);
  const text = pageSpecification(await readFile(join(examples, file), "utf8"), example);
  const specification = resolved(text, file);
  const used = datasetsOf(specification);
  for (const dataset of used) await datasets[dataset]?.(join(examples, "data", dataset));
  const files = await pageFiles(specification, example, examples);
  const archive = zipSync(Object.fromEntries(files), archiveOptions);
  if (archive.length > dataBudget)
    throw new Error(`The data of ${name} has ${kilobytes(archive.length)}, more than ${kilobytes(dataBudget)}.`);
  await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, name, file), text);
  await writeFile(join(folder, name, "data.zip"), archive);
  stdout.write(`${name}: ${kilobytes(sizeOf(files))} in ${files.size} files, ${kilobytes(archive.length)} packed\n`);
  return {
    name,
    title,
    description,
    specification: `${name}/${file}`,
    archive: { url: `${name}/data.zip`, bytes: archive.length },
    files: [...files].map(([path, bytes]) => ({ path, bytes: bytes.length })),
    sources: [...new Set(used.flatMap((dataset) => sources[dataset] ?? []))],
  };
}

function resolved(text: string, file: string): ResolvedSpecification {
  const { program } = compileProgram({ entry: file, host: createMemoryHost({ [file]: text }) });
  if (!program) throw new Error(`${file} of the page has errors`);
  return program.specification;
}

/** The folders in `examples/data` whose tables a specification reads. */
function datasetsOf(specification: ResolvedSpecification): readonly string[] {
  return [...new Set(tablesOf(specification).map((path) => path.split("/")[1] ?? ""))];
}

const sizeOf = (files: PageFiles): number => [...files.values()].reduce((sum, { length }) => sum + length, 0);
const kilobytes = (bytes: number): string => `${Math.ceil(bytes / 1000)} kB`;

await rm(folder, { recursive: true, force: true });
const indexed: IndexedExample[] = [];
for (const example of pageExamples) indexed.push(await prepared(example));
const index: DataIndex = { examples: indexed };
await writeFile(join(folder, "index.json"), JSON.stringify(index, undefined, 1));
