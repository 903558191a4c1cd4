import { readdir, stat } from "../host/files.ts";
import { join } from "../host/paths.ts";
import { portableRelative } from "../host/portable-path.ts";
import { sha256OfFile } from "../checkpoint/checkpoint.ts";
import { UserError } from "../user-error.ts";
import type { CompiledManifest } from "./manifest.ts";
import { compiledManifestFile } from "./manifest-file.ts";

export const MANIFEST = "manifest.json";

/**
 * Reads the manifest of a compiled folder and checks the hash of every file. Throws a `UserError` that names the
 * damaged file.
 */
export async function readCompiled(folder: string): Promise<CompiledManifest> {
  const manifest = await compiledManifestFile.read(join(folder, MANIFEST));
  const named = new Set([
    manifest.initial.file,
    ...Object.values(manifest.initial.forks ?? {}),
    ...manifest.graphs.flatMap(({ tfjs, onnx, int8 }) => [tfjs ?? [], onnx ?? [], int8 ?? []].flat()),
  ]);
  const unlisted = [...named].find((file) => manifest.files[file] === undefined);
  if (unlisted !== undefined)
    throw new UserError(
      "data",
      `${join(folder, MANIFEST)} names ${unlisted}, which is not among its files.`,
      "Compile anew.",
    );
  for (const [file, { sha256: expected }] of Object.entries(manifest.files)) {
    if ((await sha256OfFile(join(folder, file))) !== expected)
      throw new UserError(
        "data",
        `${join(folder, file)} is damaged: its content has other content than was written.`,
        "Compile anew.",
      );
  }
  return manifest;
}

/** The files that the manifest of a compiled folder lists, including the manifest. */
export async function ownFiles(folder: string): Promise<ReadonlySet<string>> {
  const { files } = await compiledManifestFile.read(join(folder, MANIFEST));
  return new Set([MANIFEST, ...Object.keys(files)]);
}

/** Sizes and hashes of all files in a folder, sorted by their paths with `/`. */
export async function hashFiles(folder: string): Promise<CompiledManifest["files"]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => portableRelative(folder, join(entry.parentPath, entry.name)));
  const hashed = await Promise.all(
    names.sort().map(async (name) => {
      const path = join(folder, name);
      return [name, { bytes: (await stat(path)).size, sha256: await sha256OfFile(path) }] as const;
    }),
  );
  return Object.fromEntries(hashed);
}
