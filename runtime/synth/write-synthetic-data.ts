import { dictionariesOf } from "../../compiler/features/augmentations.ts";
import { editedText } from "../../compiler/edited-text.ts";
import { counted } from "../../compiler/counted.ts";
import { copyFile, mkdir, readdir, writeFile } from "../host/files.ts";
import { basename, dirname, join, resolve } from "../host/paths.ts";
import { type CompiledFile, type SetParams, compiledFrom, layOutSources } from "../compile.ts";
import { syntheticPath, synthesize } from "./synthesize.ts";
import { UserError } from "../user-error.ts";
import { entrySymbols } from "../../compiler/bind/bind.ts";
import { optionOf } from "../../compiler/elaborate/uses.ts";
import type { ResolvedDataset } from "../../compiler/schema/resolved.ts";

export interface SyntheticDataOptions {
  /** The path of the `.mtl` file, or what `compileFile` returned. */
  readonly specification: string | CompiledFile;
  /** Values of params, where `specification` is a path. */
  readonly set?: SetParams;
  /** The folder to write: a new one, or an empty one. */
  readonly folder: string;
  /** The number of rows of each data set; 100 by default. */
  readonly rows?: number;
  /** The seed of the data; 1 by default. The same seed gives the same data. */
  readonly seed?: number;
}

/**
 * Writes small synthetic data sets that fit a specification, and a copy of the specification that trains on them.
 *
 * @returns The path of the copy.
 * @throws UserError of kind `usage` if the folder is not empty; SpecificationError if the specification has errors.
 */
export async function writeSyntheticData({
  specification: given,
  set,
  folder,
  rows = 100,
  seed = 1,
}: SyntheticDataOptions): Promise<string> {
  const compiled = compiledFrom(given, set);
  const taken = await readdir(folder).catch(() => []);
  if (taken.length > 0)
    throw new UserError(
      "usage",
      `"${folder}" is not empty.`,
      "Name a folder that does not exist yet, so that synthetic rows are never mixed with real ones.",
    );
  const { specification } = compiled.program;
  await synthesize({ specification, rows, seed, folder });
  await copyNamedFiles(compiled, folder);
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
      const own = edits.filter(({ at }) => at.file === file);
      return [
        file,
        editedText(
          text,
          own.map(({ at, text: path }) => ({ start: at.start, end: at.end, text: path })),
        ),
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

/** Vocabularies and dictionaries that the specification names are copied too. */
async function copyNamedFiles({ program: { specification }, entry }: CompiledFile, folder: string): Promise<void> {
  const vocabularies = Object.values(specification.modalities).flatMap((modality) =>
    modality.kind === "text" && "file" in modality.tokenizer && modality.tokenizer.file !== undefined
      ? [modality.tokenizer.file]
      : [],
  );
  for (const name of [...vocabularies, ...dictionariesOf(specification)]) {
    const copy = join(folder, name);
    await mkdir(dirname(copy), { recursive: true });
    await copyFile(resolve(dirname(entry), name), copy).catch(() => undefined);
  }
}

function readme(model: string, { rows, seed }: { readonly rows: number; readonly seed: number }): string {
  return `# Synthetic data

Everything here is synthetic, written by \`mtl data synth\` for the specification of ${model}: ${counted(rows, "row")} a data set, seed ${seed}.
It shows that a specification trains; figures of a model trained on it have no meaning.
`;
}
