import { mkdir } from "../host/files.ts";
import { dirname, join } from "../host/paths.ts";
import { foldSchema, map, object, semanticsSchema, string } from "../../compiler/schema/schema-parts.ts";
import type { Fold } from "../../compiler/schema/resolved.ts";
import { type Semantics, firstSemantics } from "../../compiler/semantics.ts";
import { readText, writeJson, writeText } from "../files/checked-json.ts";
import { sha256OfFile } from "../checkpoint/checkpoint.ts";
import { type CompiledSpecification, compileSources, layOutSources } from "../compile.ts";
import type { Preprocessing } from "../data/data.ts";
import { preprocessingFile } from "../data/fit/preprocessing.ts";
import { foldOf, folded } from "../run/folded.ts";
import { type FileHashes, requireHash } from "../files/file-hashes.ts";
import { folderHost } from "../files/folder-host.ts";
import { packageVersion } from "../package-version.ts";
import { type Sealed, sealedJson, sealedSchema, sha256Schema } from "../files/sealed-json.ts";

/** `model.json`, the description of a model's folder. It is written last, and again when weights are added. */
export interface BundleManifest extends Sealed {
  readonly version: 1;
  /** Version of mtl that wrote it. */
  readonly mtl: string;
  readonly model: string;
  /** The `.mtl` file, relative to the folder. */
  readonly entry: string;
  readonly set: { readonly [param: string]: string };
  /**
   * The rules by which the specification was read when it was trained; absent in models from before there was a choice.
   */
  readonly semantics?: Semantics;
  /** The fold that was validated on, in cross validation. */
  readonly fold?: Fold;
  /**
   * Every other file of the folder; absent in older models. A model that is not trained to its end has no weights
   * there.
   */
  readonly files?: FileHashes;
  /** The seal of the lock of the run that it is of; absent in older models. */
  readonly run?: string;
}

export const bundleSchema = sealedSchema({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: "urn:mtl:model:1",
  title: "The folder of a trained model",
  ...object(
    { version: { const: 1 }, mtl: string, model: string, entry: string, set: map(string) },
    { semantics: semanticsSchema, fold: foldSchema, files: map(sha256Schema), run: sha256Schema },
  ),
});

const manifestFile = sealedJson<BundleManifest>(bundleSchema);

/**
 * A model with everything that it needs to predict: specification, vocabularies, class names. Weights are added when it
 * is trained.
 */
export interface Bundle {
  readonly folder: string;
  readonly manifest: BundleManifest;
  readonly compiled: CompiledSpecification;
  readonly preprocessing: Preprocessing;
}

/** `run` is the seal of the run's lock. */
export async function writeBundle(
  folder: string,
  compiled: CompiledSpecification,
  preprocessing: Preprocessing,
  run?: string,
): Promise<void> {
  const { entry, files } = await writeSources(folder, compiled);
  await preprocessingFile.write(join(folder, "preprocessing.json"), preprocessing);
  const {
    model: { name: model },
    semantics,
  } = compiled.program.specification;
  const fold = foldOf(compiled.program.specification);
  const hashes = await Promise.all(
    [...files, "preprocessing.json"].map(async (file) => [file, await sha256OfFile(join(folder, file))] as const),
  );
  await manifestFile.write(join(folder, "model.json"), {
    version: 1,
    mtl: packageVersion(),
    model,
    entry,
    set: compiled.set,
    semantics,
    ...(fold ? { fold } : {}),
    files: Object.fromEntries(hashes),
    ...(run === undefined ? {} : { run }),
  });
}

/** The specification as it was written, and with every default filled in. */
export async function writeSources(
  folder: string,
  compiled: CompiledSpecification,
): Promise<{ readonly entry: string; readonly files: readonly string[] }> {
  const { entry, files } = layOutSources(compiled);
  for (const [place, text] of files) {
    await mkdir(dirname(join(folder, place)), { recursive: true });
    await writeText(join(folder, place), text);
  }
  await writeJson(join(folder, resolvedName), compiled.program.specification);
  return { entry, files: [...files.keys(), resolvedName] };
}

const resolvedName = "spec.resolved.json";

export function readManifest(folder: string): Promise<BundleManifest> {
  return manifestFile.read(join(folder, "model.json"));
}

/**
 * Reads nothing outside of the folder, whatever its specification imports, because the author of a model may not be
 * trusted.
 */
export async function readBundle(folder: string): Promise<Bundle> {
  const manifest = await readManifest(folder);
  const { entry, set, semantics = firstSemantics, fold, files } = manifest;
  const compiled = folded(
    compileSources({ entry: join(folder, entry), host: folderHost(folder, files), set, semantics }),
    fold,
  );
  const preprocessing = join(folder, "preprocessing.json");
  if (files) requireHash(preprocessing, files["preprocessing.json"], await readText(preprocessing));
  return { folder, manifest, compiled, preprocessing: await preprocessingFile.read(preprocessing) };
}

/** Adds the hashes of the weights of a model that was trained to its end. Older models stay without hashes. */
export async function noteWeights(folder: string, weights: FileHashes): Promise<void> {
  const manifest = await readManifest(folder);
  if (manifest.files)
    await manifestFile.write(join(folder, "model.json"), { ...manifest, files: { ...manifest.files, ...weights } });
}
