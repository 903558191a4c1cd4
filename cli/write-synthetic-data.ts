import { counted } from "../compiler/counted.ts";
import { cp, mkdir, readdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { layOutSources } from "../runtime/compile.ts";
import { syntheticPath, synthesize } from "../runtime/synth/synthesize.ts";
import { UserError } from "../runtime/user-error.ts";
import { entrySymbols } from "../compiler/bind/bind.ts";
import { optionOf } from "../compiler/elaborate/uses.ts";
import type { ResolvedDataset } from "../compiler/schema/resolved.ts";
import type { CompiledFile } from "./compile-specification.ts";

export interface SyntheticFolder {
  readonly folder: string;
  readonly rows: number;
  readonly seed: number;
}

/**
 * Writes synthetic data sets into a new folder, with a copy of the specification that uses them. Returns the path of
 * the copy.
 */
export async function writeSyntheticData(
  compiled: CompiledFile,
  { folder, rows, seed }: SyntheticFolder,
): Promise<string> {
  const taken = await readdir(folder).catch(() => []);
  if (taken.length > 0)
    throw new UserError(
      "usage",
      `"${folder}" is not empty.`,
      "Name a folder that does not exist yet, so that synthetic rows are never mixed with real ones.",
    );
  const { specification } = compiled.program;
  await synthesize({ specification, rows, seed, folder });
  await copyVocabularies(compiled, folder);
  const layout = layOutSources({ entry: compiled.entry, sources: withSyntheticPaths(compiled) });
  // A single file keeps its name; with imported files, the name would change the paths of its data.
  const isAlone = layout.files.size === 1;
  for (const [file, text] of layout.files) {
    const path = join(folder, isAlone ? basename(compiled.entry) : file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  await writeFile(join(folder, "README.md"), readme(specification.model.name, { rows, seed }));
  return join(folder, isAlone ? basename(compiled.entry) : layout.entry);
}

/** Replaces every data set's `path`, which is relative to the copy of the entry, in the text that declares it. */
function withSyntheticPaths({ program, sources, entry }: CompiledFile): ReadonlyMap<string, string> {
  const { entry: place } = layOutSources({ entry, sources });
  const up = "../".repeat(place.split("/").length - 1);
  const edits = entrySymbols(program.bindings).flatMap((symbol) => {
    const dataset = symbol.kind === "Dataset" ? program.specification.datasets[symbol.name.name] : undefined;
    const optionNamed = (name: string) => (symbol.kind === "Dataset" ? optionOf(symbol, name) : undefined);
    const [written, badRows] = [optionNamed("path"), optionNamed("bad_rows")];
    if (dataset === undefined || written === undefined) return [];
    const path = pathText(syntheticPath(dataset), up);
    // With few rows, a class may be missing in the training split.
    return badRows
      ? [
          { at: written.span, text: path },
          { at: badRows.span, text: "report" },
        ]
      : [{ at: written.span, text: `${path}  bad_rows: report` }];
  });
  return new Map(
    [...sources].map(([file, text]) => {
      const own = edits.filter(({ at }) => at.file === file).toSorted((a, b) => b.at.start - a.at.start);
      return [
        file,
        own.reduce((edited, { at, text: path }) => edited.slice(0, at.start) + path + edited.slice(at.end), text),
      ];
    }),
  );
}

function pathText(path: ResolvedDataset["path"], up: string): string {
  if (typeof path === "string") return JSON.stringify(up + path);
  return `{ ${Object.entries(path)
    .map(([split, file]) => `${split}: ${JSON.stringify(up + file)}`)
    .join(", ")} }`;
}

/** Tokenizers that are read from files are copied too. */
async function copyVocabularies({ program, entry }: CompiledFile, folder: string): Promise<void> {
  for (const modality of Object.values(program.specification.modalities)) {
    if (modality.kind !== "text" || !("file" in modality.tokenizer) || modality.tokenizer.file === undefined) continue;
    await cp(resolve(dirname(entry), modality.tokenizer.file), join(folder, modality.tokenizer.file)).catch(
      () => undefined,
    );
  }
}

function readme(model: string, { rows, seed }: Pick<SyntheticFolder, "rows" | "seed">): string {
  return `# Synthetic data

Everything here is synthetic, written by \`mtl data synth\` for the specification of ${model}: ${counted(rows, "row")} a data set, seed ${seed}.
It shows that a specification trains; figures of a model trained on it have no meaning.
`;
}
