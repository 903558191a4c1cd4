import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { semanticsSchema } from "../compiler/schema/schema-parts.ts";
import { type Semantics, firstSemantics } from "../compiler/semantics.ts";
import { checkedJson, writeJson, writeText } from "./checked-json.ts";
import { type CompiledSpecification, compileFile, layOutSources } from "./compile.ts";
import type { Preprocessing } from "./data/data.ts";
import { preprocessingFile } from "./data/preprocessing.ts";
import { packageVersion } from "./package-version.ts";

/** `model.json`: what the folder of a model is. */
interface BundleManifest {
  readonly version: 1;
  /** Version of mtl that wrote it. */
  readonly mtl: string;
  readonly model: string;
  /** The `.mtl` file, relative to the folder. */
  readonly entry: string;
  readonly set: { readonly [param: string]: string };
  /** Which rules the specification was read by when it was trained; absent in what was trained before there was a choice. */
  readonly semantics?: Semantics;
}

const string = { type: "string" };

export const bundleSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: "urn:mtl:model:1",
  title: "What the folder of a trained model is",
  type: "object",
  properties: { version: { const: 1 }, mtl: string, model: string, entry: string, set: { type: "object", additionalProperties: string }, semantics: semanticsSchema },
  required: ["version", "mtl", "model", "entry", "set"],
  additionalProperties: false,
};

const manifestFile = checkedJson<BundleManifest>(bundleSchema);

/** A model with all that it takes to predict: specification, vocabularies, class names. Weights join it when it is trained. */
export interface Bundle {
  readonly folder: string;
  readonly compiled: CompiledSpecification;
  readonly preprocessing: Preprocessing;
}

export async function writeBundle(folder: string, compiled: CompiledSpecification, preprocessing: Preprocessing): Promise<void> {
  const { entry } = await writeSources(folder, compiled);
  await preprocessingFile.write(join(folder, "preprocessing.json"), preprocessing);
  const { model: { name: model }, semantics } = compiled.program.specification;
  await manifestFile.write(join(folder, "model.json"), { version: 1, mtl: packageVersion(), model, entry, set: compiled.set, semantics });
}

/** The specification as it was written, and with every default filled in. */
export async function writeSources(folder: string, compiled: CompiledSpecification): Promise<{ readonly entry: string }> {
  const { entry, files } = layOutSources(compiled);
  for (const [place, text] of files) {
    await mkdir(dirname(join(folder, place)), { recursive: true });
    await writeText(join(folder, place), text);
  }
  await writeJson(join(folder, "spec.resolved.json"), compiled.program.specification);
  return { entry };
}

export async function readBundle(folder: string): Promise<Bundle> {
  const { entry, set, semantics = firstSemantics } = await manifestFile.read(join(folder, "model.json"));
  return { folder, compiled: compileFile(join(folder, entry), set, semantics), preprocessing: await preprocessingFile.read(join(folder, "preprocessing.json")) };
}
