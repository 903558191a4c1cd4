import { mkdir, readFile, readdir, writeFile } from "../host/files.ts";
import { dirname, join } from "../host/paths.ts";

/** The content of a file of a page: text, bytes, a `File` or `Blob`, or the rows of a table, which become JSON Lines. */
export type FileContent = string | Uint8Array | Blob | readonly object[];

/** Files by their paths, with `/`. */
export type FileMap = { readonly [path: string]: FileContent };

/** Writes files into a folder, with the folders that they need. In a browser all files are in memory. */
export async function writeFiles(folder: string, files: FileMap): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const whole = join(folder, path);
    await mkdir(dirname(whole), { recursive: true });
    await writeFile(whole, await bytesOf(content));
  }
}

async function bytesOf(content: FileContent): Promise<string | Uint8Array> {
  if (typeof content === "string" || content instanceof Uint8Array) return content;
  if (content instanceof Blob) return new Uint8Array(await content.arrayBuffer());
  return content.map((row) => `${JSON.stringify(row)}\n`).join("");
}

/** Reads all files of a folder, by their paths in it. */
export async function readFiles(folder: string): Promise<Record<string, Uint8Array>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files: Record<string, Uint8Array> = {};
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files[path.slice(join(folder, "x").length - 1)] = await readFile(path);
  }
  return files;
}
